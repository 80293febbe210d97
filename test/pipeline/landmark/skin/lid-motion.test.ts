import { describe, expect, it } from 'vitest';
import { LEFT_EYE, outline, RIGHT_EYE } from '../../../../src/pipeline/landmark/face-topology.ts';
import { FACE_MESH_POINTS } from '../../../../src/pipeline/landmark/landmarks.ts';
import { steadyLids } from '../../../../src/pipeline/landmark/skin/lid-motion.ts';

const RIGHT = outline(RIGHT_EYE);
const LEFT = outline(LEFT_EYE);
const CHEEK = 50;

/** How far each point is off, x and y. */
function offBy(of: (i: number) => readonly [number, number]): Float32Array {
  return Float32Array.from({ length: 2 * FACE_MESH_POINTS }, (_, k) => of(k >> 1)[k & 1]!);
}

describe('the motion of lids', () => {
  it('is left as it is where an eye moves as one', () => {
    const off = offBy(() => [2, -1]);
    expect(steadyLids(off)).toEqual([
      { iris: 468, x: 2, y: -1 },
      { iris: 473, x: 2, y: -1 },
    ]);
    expect(off).toEqual(offBy(() => [2, -1]));
  });

  it('keeps where an eye is, and half of how it opens', () => {
    const raised = new Set(RIGHT.slice(0, 4));
    const off = offBy((i) => [0, raised.has(i) ? -4 : 1]);
    const mean = (4 * -4 + (RIGHT.length - 4)) / RIGHT.length;
    const [eye] = steadyLids(off);
    expect(eye!.y).toBeCloseTo(mean, 5);
    for (const i of RIGHT) {
      expect(off[2 * i + 1]).toBeCloseTo(mean + ((raised.has(i) ? -4 : 1) - mean) / 2, 5);
    }
  });

  it('is each eye’s own, and nothing of the skin around', () => {
    const off = offBy((i) => (LEFT.includes(i) ? [3, 0] : [1, 0]));
    const [right, left] = steadyLids(off);
    expect([right!.x, left!.x]).toEqual([1, 3]);
    expect(off[2 * CHEEK]).toBe(1);
  });
});
