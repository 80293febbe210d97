import { resolve } from 'node:path';
import type { Milli } from '../time.ts';

/** What values a setting takes: how they are written on a command line, and what they mean. */
export interface Kind<T> {
  /** Completes the sentence "valid is …". */
  readonly valid: string;
  /** @returns undefined when the text is not one of the valid values. */
  parse(text: string): T | undefined;
  /** The text that parses to this value, for help and documentation. */
  format(value: T): string;
}

export function integer(min: number, max: number): Kind<number> {
  return {
    valid: `a whole number from ${min} to ${max}`,
    parse: (text) => within(/^-?\d+$/.test(text) ? Number(text) : Number.NaN, min, max),
    format: String,
  };
}

export function fraction(min: number, max: number): Kind<number> {
  return {
    valid: `a number from ${min} to ${max}`,
    parse: (text) => within(/^-?\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN, min, max),
    format: String,
  };
}

export function choice<const T extends string>(...values: readonly T[]): Kind<T> {
  return {
    valid: values.join(', '),
    parse: (text) => values.find((value) => value === text),
    format: String,
  };
}

/** One of a few numbers. */
export function numberOf<const T extends number>(...values: readonly T[]): Kind<T> {
  return {
    valid: values.join(', '),
    parse: (text) => values.find((value) => String(value) === text),
    format: String,
  };
}

/** A number, or a word that lets the program decide. */
export function orWord<T, const W extends string>(kind: Kind<T>, word: W): Kind<T | W> {
  return {
    valid: `${kind.valid}, or ${word}`,
    parse: (text) => (text === word ? word : kind.parse(text)),
    format: (value) => (value === word ? word : kind.format(value as T)),
  };
}

const SWITCH_WORDS: Readonly<Record<string, boolean>> = {
  on: true,
  off: false,
  true: true,
  false: false,
  1: true,
  0: false,
};

/** On or off; on the command line also bare (`--web`) and negated (`--no-web`). */
export const onOff: Kind<boolean> & { readonly bare: true } = {
  bare: true,
  valid: 'on, off',
  parse: (text) => (Object.hasOwn(SWITCH_WORDS, text) ? SWITCH_WORDS[text] : undefined),
  format: (value) => (value ? 'on' : 'off'),
};

const UNIT_MS: Readonly<Record<string, Milli>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration with its unit, kept in milliseconds. */
export function duration(min: Milli, max: Milli): Kind<Milli> {
  return {
    valid: `a duration with its unit (ms, s, m, h) from ${formatDuration(min)} to ${formatDuration(max)}`,
    parse(text) {
      const [, digits, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
      if (digits === undefined || unit === undefined) return undefined;
      return within(Number(digits) * (UNIT_MS[unit] ?? Number.NaN), min, max);
    },
    format: formatDuration,
  };
}

const UNIT_BYTES: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9 };

/** A size with its unit, kept in bytes. */
export function bytes(min: number, max: number): Kind<number> {
  return {
    valid: `a size with its unit (kB, MB, GB) from ${formatBytes(min)} to ${formatBytes(max)}`,
    parse(text) {
      const [, digits, unit] = /^(\d+)(kB|MB|GB)$/.exec(text) ?? [];
      if (digits === undefined || unit === undefined) return undefined;
      return within(Number(digits) * (UNIT_BYTES[unit] ?? Number.NaN), min, max);
    },
    format: formatBytes,
  };
}

/** Any text that matches; `valid` says in words what it must be. */
export function text(pattern: RegExp, valid: string): Kind<string> {
  return { valid, parse: (value) => (pattern.test(value) ? value : undefined), format: String };
}

/** A file or folder, kept as an absolute path; relative ones start at the working directory. */
export function path(valid: string): Kind<string> {
  return { valid, parse: (value) => (value === '' ? undefined : resolve(value)), format: String };
}

/** Values between commas; none at all is an empty list. */
export function list<T>(item: Kind<T>): Kind<readonly T[]> {
  return {
    valid: `${item.valid}; several between commas`,
    parse(value) {
      if (value === '') return Object.freeze([]);
      const items = value.split(',').map((part) => item.parse(part.trim()));
      return items.some((part) => part === undefined) ? undefined : Object.freeze(items as T[]);
    },
    format: (values) => values.map((value) => item.format(value)).join(','),
  };
}

/** Both ends are included. */
export interface PortRange {
  readonly min: number;
  readonly max: number;
}

/** `40000-40100`. */
export const portRange: Kind<PortRange> = {
  valid: 'two ports from 1024 to 65535, the lower first, such as 40000-40100',
  parse(value) {
    const [, low, high] = /^(\d+)-(\d+)$/.exec(value) ?? [];
    const [min, max] = [Number(low), Number(high)];
    return min >= 1024 && max <= 65_535 && min <= max ? Object.freeze({ min, max }) : undefined;
  },
  format: ({ min, max }) => `${min}-${max}`,
};

function within(value: number, min: number, max: number): number | undefined {
  return value >= min && value <= max ? value : undefined;
}

function formatDuration(value: Milli): string {
  const unit = ['h', 'm', 's'].find((name) => value % (UNIT_MS[name] ?? 1) === 0 && value > 0);
  return unit === undefined ? `${value}ms` : `${value / (UNIT_MS[unit] ?? 1)}${unit}`;
}

function formatBytes(value: number): string {
  const unit = ['GB', 'MB'].find((name) => value % (UNIT_BYTES[name] ?? 1) === 0) ?? 'kB';
  return `${value / (UNIT_BYTES[unit] ?? 1)}${unit}`;
}
