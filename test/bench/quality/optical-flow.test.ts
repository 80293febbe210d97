import { describe, expect, it } from 'vitest';
import {
  flowDistance,
  gridIn,
  opticalFlow,
  pyramidOf,
  warpingError,
} from '../../../bench/quality/optical-flow.ts';

const SIDE = 128;
const all = Uint32Array.from({ length: SIDE * SIDE }, (_, i) => i);
/** Waves of no common period, moved to the right and down. */
const waves = (dx: number, dy: number, light = 0) =>
  Uint8Array.from(all, (i) => {
    const x = (i % SIDE) - dx;
    const y = Math.floor(i / SIDE) - dy;
    return 128 + light + 40 * Math.sin(x / 5 + y / 9) + 40 * Math.cos(y / 6 - x / 13);
  });
const points = gridIn(all, SIDE, 16).filter((_, i, list) => {
  const [x, y] = [list[i & ~1]!, list[i | 1]!];
  return Math.min(x, y) >= 32 && Math.max(x, y) <= 96;
});
const flow = (a: Uint8Array, b: Uint8Array) =>
  opticalFlow(pyramidOf(a, SIDE), pyramidOf(b, SIDE), points);

describe('optical flow', () => {
  it.each([
    [0.5, 0],
    [-2, 1.5],
    [6, -5],
  ])('finds a shift by (%f, %f) to within a tenth of a pixel', (dx, dy) => {
    const found = flow(waves(0, 0), waves(dx, dy));
    for (let i = 0; i < found.length; i += 2) {
      expect(Math.abs(found[i]! - dx)).toBeLessThan(0.1);
      expect(Math.abs(found[i + 1]! - dy)).toBeLessThan(0.1);
    }
  });

  it('knows that it cannot know where there is nothing to see', () => {
    const grey = new Uint8Array(SIDE * SIDE).fill(90);
    expect([...flow(grey, grey)].every(Number.isNaN)).toBe(true);
  });
});

describe('the distance of two flows', () => {
  it('is the mean over what both know', () => {
    const a = Float32Array.of(0, 0, Number.NaN, Number.NaN, 1, 1);
    const b = Float32Array.of(3, 4, 0, 0, 1, 1);
    expect(flowDistance(a, b)).toBe(2.5);
    expect(flowDistance(a.subarray(2, 4), b.subarray(2, 4))).toBeUndefined();
  });
});

describe('the warping error', () => {
  const still = new Float32Array(points.length);

  it('is nothing for what moves as it should, and something for what stays behind', () => {
    const moved = still.map((_, i) => [2, 1][i & 1]!);
    expect(warpingError(waves(0, 0), waves(2, 1), SIDE, points, moved)).toBeLessThan(0.6);
    expect(warpingError(waves(0, 0), waves(0, 0), SIDE, points, moved)).toBeGreaterThan(5);
  });

  it('is the change of light', () => {
    expect(warpingError(waves(0, 0), waves(0, 0, 7), SIDE, points, still)).toBeCloseTo(7, 1);
  });
});
