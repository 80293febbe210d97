import { describe, expect, it } from 'vitest';
import { mouthGap } from '../../../../src/pipeline/landmark/skin/mouth-gap.ts';
import { meshOf } from './speckled-face.ts';

const { points } = meshOf();
const [UPPER, LOWER, RIGHT, LEFT] = [13, 14, 61, 291] as const;

/** A mesh whose mouth is so wide, and whose lips are so far apart. */
function mouth(wide: number, apart: number): Float32Array {
  const mesh = points.slice();
  mesh.set([100, 100], 3 * RIGHT);
  mesh.set([100 + wide, 100], 3 * LEFT);
  mesh.set([100 + wide / 2, 95], 3 * UPPER);
  mesh.set([100 + wide / 2, 95 + apart], 3 * LOWER);
  return mesh;
}

describe('the gap between lips', () => {
  it('is told by the width of the mouth', () => {
    expect(mouthGap(mouth(40, 0))).toBe(0);
    expect(mouthGap(mouth(40, 10))).toBeCloseTo(0.25, 5);
    expect(mouthGap(mouth(80, 10))).toBeCloseTo(0.125, 5);
  });

  it('is the same in a head that is tilted', () => {
    const tilted = mouth(40, 10);
    const [c, s] = [Math.cos(0.6), Math.sin(0.6)];
    for (let i = 0; i < tilted.length; i += 3) {
      const [x, y] = [tilted[i]!, tilted[i + 1]!];
      tilted[i] = c * x - s * y;
      tilted[i + 1] = s * x + c * y;
    }
    expect(mouthGap(tilted)).toBeCloseTo(0.25, 4);
  });

  it('does not mind how far away the lips are', () => {
    const far = mouth(40, 10);
    far[3 * LOWER + 2]! += 50;
    expect(mouthGap(far)).toBeCloseTo(0.25, 5);
  });

  it('is finite where the mouth has no width', () => {
    expect(Number.isFinite(mouthGap(mouth(0, 10)))).toBe(true);
    expect(mouthGap(mouth(0, 0))).toBe(0);
  });

  it('is small in the average face', () => {
    expect(mouthGap(points)).toBeLessThan(0.1);
  });
});
