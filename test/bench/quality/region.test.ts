import { describe, expect, it } from 'vitest';
import { aroundRegion, faceRegion } from '../../../bench/quality/region.ts';
import { FACE_OVAL } from '../../../src/pipeline/landmark/face-topology.ts';

/** A face whose outline is a circle, clockwise. */
function round(cx: number, cy: number, radius: number): Float32Array {
  const points = new Float32Array(3 * 478);
  FACE_OVAL.forEach((i, k) => {
    const angle = (2 * Math.PI * k) / FACE_OVAL.length;
    points.set([cx + radius * Math.sin(angle), cy - radius * Math.cos(angle)], 3 * i);
  });
  return points;
}

describe('the region around a face', () => {
  it('is a ring from its outline to 1.7 times as far from the middle', () => {
    const points = round(100, 110, 40);
    const face = new Set(faceRegion(points, 256));
    const around = aroundRegion(points, 256);
    expect(around.some((pixel) => face.has(pixel))).toBe(false);
    expect((around.length + face.size) / face.size).toBeCloseTo(1.7 ** 2, 1);
    const distances = [...around].map((i) =>
      Math.hypot((i % 256) - 100, Math.floor(i / 256) - 110),
    );
    expect(Math.min(...distances)).toBeGreaterThan(39);
    expect(Math.max(...distances)).toBeLessThanOrEqual(68);
  });

  it('ends where the picture does', () => {
    const around = aroundRegion(round(20, 236, 40), 256);
    const rows = [...around].map((i) => Math.floor(i / 256));
    expect(Math.max(...rows)).toBe(255);
    expect(new Set(around).size).toBe(around.length);
    // Nothing wraps to the far side of the row.
    expect(Math.max(...[...around].map((i) => i % 256))).toBeLessThanOrEqual(88);
  });
});
