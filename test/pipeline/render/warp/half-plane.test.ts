import { describe, expect, it } from 'vitest';
import { doubledAt, halvedPlane } from '../../../../src/pipeline/render/warp/half-plane.ts';

const SIDE = 16;
const slope = Float32Array.from(
  { length: SIDE ** 2 },
  (_, i) => 3 * (i % SIDE) - 2 * Math.floor(i / SIDE),
);

describe('a plane at half its side', () => {
  it('has the mean of four in each pixel', () => {
    const half = halvedPlane(slope, SIDE);
    expect(half).toHaveLength((SIDE / 2) ** 2);
    expect(half[3 * 8 + 5]).toBe((slope[6 * 16 + 10]! + slope[7 * 16 + 11]!) / 2);
  });

  it('gives an even slope back when it is doubled, but for its border, which it goes on with', () => {
    const half = halvedPlane(slope, SIDE);
    for (let y = 1; y < SIDE - 1; y++)
      for (let x = 1; x < SIDE - 1; x++)
        expect(doubledAt(half, SIDE / 2, x, y)).toBeCloseTo(slope[y * SIDE + x]!, 4);
    expect(doubledAt(half, SIDE / 2, 0, 0)).toBe(half[0]);
    expect(doubledAt(half, SIDE / 2, SIDE - 1, SIDE - 1)).toBe(half.at(-1));
  });
});
