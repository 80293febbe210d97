import { describe, expect, it } from 'vitest';
import { toHalf } from '../../../scripts/training/half-float.ts';

/** The number that 16 bits of IEEE 754 mean. */
function fromHalf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  const size = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

describe('half floats', () => {
  it.each([0, 1, -1, 0.5, 65504, 2 ** -24, -(2 ** -14), 1.5 * 2 ** -20])('keep %d whole', (value) => {
    expect(fromHalf(toHalf(value))).toBe(value);
  });

  it('are the nearest there is', () => {
    for (let i = 1; i < 500; i++) {
      const value = Math.sin(i) / i;
      const error = Math.abs(fromHalf(toHalf(value)) - value);
      expect(error).toBeLessThanOrEqual(2 ** -11 * Math.abs(value) + 2 ** -25);
    }
  });

  it('stop at the largest number', () => {
    expect(fromHalf(toHalf(1e9))).toBe(65504);
  });
});
