import { describe, expect, it } from 'vitest';
import { fitHeadMotion } from '../../../../src/pipeline/render/warp/head-motion.ts';
import {
  moveSurround,
  SURROUND_VERTICES,
  surroundOf,
} from '../../../../src/pipeline/render/warp/head-surround.ts';
import { FACE_OVAL, SKULL_POINTS } from '../../../../src/pipeline/render/warp/mesh-contours.ts';
import { facePoints } from '../painted-face.ts';

const SPOKES = FACE_OVAL.length;
const rest = facePoints({ scale: 0.16 });

function ringsAt(now: Float32Array): Float32Array {
  const out = new Float32Array(SURROUND_VERTICES * 3);
  moveSurround(surroundOf(rest), fitHeadMotion(rest, now, SKULL_POINTS), rest, now, out);
  return out;
}

describe('what surrounds a face', () => {
  it('stays where it is while the face does', () => {
    const { rest: still } = surroundOf(rest);
    const out = ringsAt(rest);
    for (let i = 0; i < out.length; i++) expect(out[i]!).toBeCloseTo(still[i]!, 4);
  });

  it.each([30, -30])(
    'comes out with the cheek that a turn by %i° brings near, so that no jaw bulges over it',
    (yaw) => {
      const now = facePoints({ scale: 0.16, yaw });
      const out = ringsAt(now);
      const near = -Math.sign(yaw);
      // Ears, jaw and cheeks: the spokes that point aside.
      const aside = FACE_OVAL.flatMap((i, spoke) =>
        near * (rest[3 * i]! - 0.5) > 0.09 ? [spoke] : [],
      );
      expect(aside.length).toBeGreaterThan(5);
      for (const spoke of aside) {
        const oval = now[3 * FACE_OVAL[spoke]!]!;
        for (const ring of [1, 2]) {
          expect(near * (out[3 * (ring * SPOKES + spoke)]! - oval)).toBeGreaterThan(0.005);
        }
      }
    },
  );

  it('stands still at the border', () => {
    const out = ringsAt(facePoints({ scale: 0.16, yaw: 30, pitch: 15, x: 0.55 }));
    for (let v = SURROUND_VERTICES - SPOKES; v < SURROUND_VERTICES; v++) {
      const [x, y] = [out[3 * v]!, out[3 * v + 1]!];
      expect(Math.min(x, 1 - x, y, 1 - y)).toBeLessThan(1e-4);
    }
  });
});
