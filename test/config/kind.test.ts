import { describe, expect, it } from 'vitest';
import {
  bytes,
  choice,
  duration,
  fraction,
  integer,
  list,
  onOff,
  orWord,
  portRange,
} from '../../src/config/kind.ts';

describe('kinds of settings', () => {
  it.each([
    ['', undefined],
    ['7', 7],
    ['007', 7],
    ['7.5', undefined],
    ['1e1', undefined],
    ['-1', undefined],
    ['11', undefined],
    ['0x5', undefined],
  ])('read %j as the whole number %s', (text, value) => {
    expect(integer(0, 10).parse(text)).toBe(value);
  });

  it.each([
    ['0.25', 0.25],
    ['.5', 0.5],
    ['1', 1],
    ['1.01', undefined],
    ['half', undefined],
    ['NaN', undefined],
  ])('read %j as the fraction %s', (text, value) => {
    expect(fraction(0, 1).parse(text)).toBe(value);
  });

  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['2h', undefined],
    ['30', undefined],
    ['30 s', undefined],
  ])('read %j as the duration %s', (text, value) => {
    expect(duration(0, 3_600_000).parse(text)).toBe(value);
  });

  it('write durations and sizes in the largest unit that is exact', () => {
    expect([0, 250, 90_000, 60_000].map(duration(0, 1e9).format)).toEqual([
      '0ms',
      '250ms',
      '90s',
      '1m',
    ]);
    expect([100_000, 24_000_000].map(bytes(0, 1e12).format)).toEqual(['100kB', '24MB']);
  });

  it('refuse sizes without unit', () => {
    expect(bytes(0, 1e9).parse('24MB')).toBe(24_000_000);
    expect(bytes(0, 1e9).parse('24')).toBeUndefined();
    expect(bytes(0, 1e9).parse('24MiB')).toBeUndefined();
  });

  it('read port ranges with the lower end first', () => {
    expect(portRange.parse('5000-5010')).toEqual({ min: 5000, max: 5010 });
    expect(portRange.parse('5010-5000')).toBeUndefined();
    expect(portRange.parse('80-90')).toBeUndefined();
  });

  it('read a list only if every item is valid', () => {
    const kind = list(choice('a', 'b'));
    expect(kind.parse('a, b')).toEqual(['a', 'b']);
    expect(kind.parse('')).toEqual([]);
    expect(kind.parse('a,c')).toBeUndefined();
    expect(kind.parse('a,')).toBeUndefined();
  });

  it('read a word beside the values', () => {
    const kind = orWord(integer(1, 4), 'auto');
    expect(kind.parse('auto')).toBe('auto');
    expect(kind.parse('3')).toBe(3);
    expect(kind.parse('manual')).toBeUndefined();
  });

  it('read no inherited property as a switch', () => {
    expect(onOff.parse('on')).toBe(true);
    expect(onOff.parse('constructor')).toBeUndefined();
  });
});
