import { describe, expect, it } from 'vitest';
import { FACE_OVAL } from '../../../../src/pipeline/landmark/face-topology.ts';
import { outlineReach } from '../../../../src/pipeline/render/warp/face-outline.ts';
import { type FaceShape, facePoints } from '../painted-face.ts';

function reachOf(shape: FaceShape): Float32Array {
  const reach = new Float32Array(FACE_OVAL.length);
  outlineReach(facePoints(shape), reach);
  return reach;
}

const [RIGHT_JAW, LEFT_JAW] = [58, 288].map((point) => FACE_OVAL.indexOf(point));

describe('where a face ends as it is seen', () => {
  it('is its oval, of a face that looks ahead', () => {
    for (const reach of reachOf({})) expect(reach).toBeCloseTo(1, 1);
  });

  it.each([
    [40, LEFT_JAW, RIGHT_JAW],
    [-40, RIGHT_JAW, LEFT_JAW],
  ])(
    'is, turned by %i°, the cheek that hides the far jaw, and the oval on the near side',
    (yaw, far, near) => {
      const reach = reachOf({ yaw });
      expect(reach[far!]).toBeGreaterThan(1.05);
      expect(reach[near!]).toBe(1);
    },
  );

  it('goes out from the oval without a jump as the head turns', () => {
    const turns = Array.from({ length: 81 }, (_, half) => reachOf({ yaw: half / 2 })[LEFT_JAW!]!);
    turns.slice(1).forEach((reach, k) => {
      expect(Math.abs(reach - turns[k]!)).toBeLessThan(0.02);
    });
    expect(turns.at(-1)).toBeGreaterThan(turns[0]! + 0.05);
  });

  it('is told of no face that has no extent', () => {
    const reach = new Float32Array(FACE_OVAL.length);
    outlineReach(new Float32Array(478 * 3), reach);
    expect([...reach]).toEqual(FACE_OVAL.map(() => 1));
  });
});
