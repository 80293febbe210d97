import { describe, expect, it } from 'vitest';
import { Unwrapper } from '../../../src/pipeline/accept/sequence.ts';

describe('Unwrapper', () => {
  it('counts on across the wrap', () => {
    const unwrapper = new Unwrapper(16);
    const first = unwrapper.unwrap(65_534);
    expect([65_535, 0, 1].map((value) => unwrapper.unwrap(value) - first)).toEqual([1, 2, 3]);
  });

  it('is not pulled back by a late value from before the wrap', () => {
    const unwrapper = new Unwrapper(16);
    const first = unwrapper.unwrap(0);
    expect(unwrapper.unwrap(65_535)).toBe(first - 1);
    expect(unwrapper.unwrap(1)).toBe(first + 1);
  });

  it('follows 32-bit timestamps', () => {
    const unwrapper = new Unwrapper(32);
    const first = unwrapper.unwrap(2 ** 32 - 100);
    expect(unwrapper.unwrap(2900) - first).toBe(3000);
  });

  it('peeks without moving', () => {
    const unwrapper = new Unwrapper(16);
    const first = unwrapper.unwrap(100);
    expect(unwrapper.peek(30_000) - first).toBe(29_900);
    expect(unwrapper.unwrap(40_000) - first).toBe(39_900 - 65_536);
  });
});
