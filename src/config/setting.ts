import type { Kind } from './kind.ts';

/** One setting: everything that the parser, `--help` and docs/configuration.md know about it. */
export interface Setting<T> {
  readonly group: Group;
  readonly kind: Kind<T>;
  /** Absent: unset unless given. */
  readonly default?: T;
  /** Environment variable; the flag is the key in kebab case. */
  readonly env: string;
  readonly help: string;
  /** Never shown back, not even in an error. */
  readonly secret?: true;
}

/** In the order of `--help`. */
export const GROUPS = [
  'Server',
  'TLS',
  'ICE',
  'Calls',
  'Pictures',
  'Limits',
  'Identities',
  'Process',
] as const;
type Group = (typeof GROUPS)[number];

type Defined<T> = Omit<Setting<T>, 'default'> & { readonly default: T };

export function setting<const T>(
  definition: Omit<Setting<T>, 'default'> & { readonly default: NoInfer<T> },
): Defined<T>;
export function setting<const T>(definition: Omit<Setting<T>, 'default'>): Setting<T>;
export function setting<T>(definition: Setting<T>): Setting<T> {
  return Object.freeze(definition);
}

/** `maxUpload` → `--max-upload`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
