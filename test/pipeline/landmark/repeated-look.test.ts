import { describe, expect, it } from 'vitest';
import { meanPoints, regionsAround } from '../../../src/pipeline/landmark/repeated-look.ts';

const REGION = { x: 200, y: 150, size: 120, roll: 0.2 };

describe('regionsAround', () => {
  it('looks a little beside a region, larger and smaller, and turned, each look another', () => {
    const regions = regionsAround(REGION);
    expect(new Set(regions.map((region) => JSON.stringify(region))).size).toBe(8);
    for (const { x, y, size, roll } of regions) {
      expect(Math.hypot(x - REGION.x, y - REGION.y)).toBeGreaterThan(1);
      expect(Math.hypot(x - REGION.x, y - REGION.y)).toBeLessThan(REGION.size / 20);
      expect(Math.abs(size / REGION.size - 1)).toBeCloseTo(0.06);
      expect(Math.abs(roll - REGION.roll)).toBeCloseTo(0.08);
    }
  });

  it('favours no side: whatever follows the region evenly is gone from the mean', () => {
    const regions = regionsAround(REGION);
    for (const part of ['x', 'y', 'size', 'roll'] as const) {
      const mean = regions.reduce((sum, region) => sum + region[part], 0) / regions.length;
      expect(mean).toBeCloseTo(REGION[part]);
    }
    const moves = regions.map(({ x, size }) => (x - REGION.x) * (size - REGION.size));
    expect(moves.reduce((sum, move) => sum + move, 0)).toBeCloseTo(0);
  });
});

describe('meanPoints', () => {
  it('is the mean of each number, in new memory', () => {
    const [a, b] = [Float32Array.of(0, 4, -1), Float32Array.of(2, 4, 1)];
    const mean = meanPoints([a, b]);
    expect(mean).toEqual(Float32Array.of(1, 4, 0));
    mean[0] = 9;
    expect(a[0]).toBe(0);
  });
});
