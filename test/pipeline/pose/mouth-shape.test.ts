import { describe, expect, it } from 'vitest';
import { HeadFit } from '../../../src/pipeline/pose/head-fit.ts';
import { closeMouth, mouthGap, mouthWidth } from '../../../src/pipeline/pose/mouth-shape.ts';
import { syntheticFace } from './synthetic-face.ts';

function faceOf(mouth: number): Float64Array {
  const fit = new HeadFit();
  const { points } = syntheticFace({ mouth });
  fit.fit(points);
  const face = new Float64Array(478 * 3);
  fit.toFace(points, 478, face);
  return face;
}

describe('closeMouth', () => {
  it('brings the lips together from any opening, close to where they are when shut', () => {
    const shut = faceOf(0);
    for (const opening of [0.1, 0.3, 0.6]) {
      const face = faceOf(opening);
      const gap = mouthGap(face);
      closeMouth(face);
      expect(mouthGap(face)).toBeGreaterThanOrEqual(0);
      expect(mouthGap(face)).toBeLessThan(0.06 * gap + 0.005);
      for (const point of [13, 14, 17, 0, 152]) {
        const off = Math.hypot(
          face[3 * point]! - shut[3 * point]!,
          face[3 * point + 1]! - shut[3 * point + 1]!,
        );
        expect(off, `point ${point} from ${opening}`).toBeLessThan(0.35 * gap);
      }
    }
  });

  it('leaves the rest of the face and the width of the mouth as they were', () => {
    const face = faceOf(0.5);
    const before = Float64Array.from(face);
    closeMouth(face);
    for (const point of [33, 263, 10, 168, 4, 234, 454])
      expect(face[3 * point + 1]).toBe(before[3 * point + 1]);
    expect(mouthWidth(face) / mouthWidth(before)).toBeCloseTo(1, 1);
  });
});
