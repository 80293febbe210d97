import { describe, expect, it } from 'vitest';
import { boxMean, guidedFilter } from '../../../../src/pipeline/render/warp/guided-filter.ts';
import { halvedPlane } from '../../../../src/pipeline/render/warp/half-plane.ts';
import { seededRandom } from '../../seeded-random.ts';

const SIDE = 48;
const plane = (value: (x: number, y: number) => number) =>
  Float32Array.from({ length: SIDE ** 2 }, (_, i) => value(i % SIDE, Math.floor(i / SIDE)));

describe('the mean of a square', () => {
  it('is that of the pixels that lie in the picture', () => {
    const random = seededRandom(5);
    const values = plane(() => random());
    const radius = 3;
    const found = boxMean(values, SIDE, radius);
    for (const [x, y] of [
      [0, 0],
      [2, 40],
      [20, 20],
      [47, 30],
      [47, 47],
    ] as const) {
      let [sum, count] = [0, 0];
      for (let v = Math.max(0, y - radius); v <= Math.min(SIDE - 1, y + radius); v++)
        for (let u = Math.max(0, x - radius); u <= Math.min(SIDE - 1, x + radius); u++) {
          sum += values[v * SIDE + u]!;
          count++;
        }
      expect(found[y * SIDE + x], `${x} ${y}`).toBeCloseTo(sum / count, 4);
    }
  });
});

describe('the guided filter', () => {
  const filtered = (picture: Float32Array, map: Float32Array) =>
    guidedFilter(picture, halvedPlane(picture, SIDE), halvedPlane(map, SIDE), SIDE, {
      radius: 3,
      smooth: 1e-4,
    });

  it('moves a blurred edge to that of the picture', () => {
    const picture = plane((x) => (x < 24 ? 0.2 : 0.8));
    const blurred = plane((x) => Math.min(1, Math.max(0, (x - 18) / 10)));
    const found = filtered(picture, blurred);
    const row = [...found.subarray(20 * SIDE, 21 * SIDE)];
    expect(row[24]! - row[23]!).toBeGreaterThan(0.5);
    expect(blurred[20 * SIDE + 24]! - blurred[20 * SIDE + 23]!).toBeLessThan(0.11);
  });

  it('leaves a map alone where the picture says nothing', () => {
    const flat = plane(() => 0.5);
    const map = plane(() => 0.7);
    for (const value of filtered(flat, map)) expect(value).toBeCloseTo(0.7, 4);
  });
});
