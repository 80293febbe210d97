import { describe, expect, it } from 'vitest';
import { fitHeadMotion, moveByHead } from '../../../../src/pipeline/render/warp/head-motion.ts';
import { SKULL_POINTS } from '../../../../src/pipeline/render/warp/mesh-contours.ts';
import { facePoints } from '../painted-face.ts';

const moved = (before: Float32Array, after: Float32Array, point: number) => {
  const out = new Float64Array(3);
  const motion = fitHeadMotion(before, after, SKULL_POINTS);
  moveByHead(motion, before[3 * point]!, before[3 * point + 1]!, before[3 * point + 2]!, out);
  return out;
};

describe('the motion of a head between two faces', () => {
  it.each([
    { yaw: 35 },
    { pitch: -20, roll: 30 },
    { yaw: -25, pitch: 15, roll: -10, x: 0.6, y: 0.3, scale: 0.3 },
    { yaw: 80, pitch: 60 },
  ])('is found exactly where the head is rigid: %j', (shape) => {
    const after = facePoints(shape);
    for (const point of [1, 152, 234, 454]) {
      const place = moved(facePoints(), after, point);
      for (let k = 0; k < 3; k++) expect(place[k]).toBeCloseTo(after[3 * point + k]!, 4);
    }
  });

  it('is not fooled by an open mouth', () => {
    const place = moved(facePoints(), facePoints({ jaw: 0.4, yaw: 10 }), 10);
    const closed = facePoints({ yaw: 10 });
    for (let k = 0; k < 3; k++) expect(place[k]).toBeCloseTo(closed[30 + k]!, 4);
  });
});
