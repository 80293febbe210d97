import { describe, expect, it } from 'vitest';
import { greyFrame, heldStill } from '../../../../src/pipeline/landmark/skin/held-still.ts';
import { meshOf, speckledFrame } from './speckled-face.ts';

const FACE = meshOf();
const BASE = { frame: speckledFrame(), face: FACE };
const [CHEEKS, RIGHT] = [[50, 280, 101, 330], 4];

/** How far points have come on the cheeks, to the right, on average. */
function cheeksMoved(points: Float32Array): number {
  const all = CHEEKS.map((i) => points[3 * i]! - FACE.points[3 * i]!);
  return all.reduce((sum, value) => sum + value, 0) / all.length;
}

describe('the points of a still picture', () => {
  it('lie where the skin is that they have in another one of the same face', () => {
    const held = heldStill({ frame: speckledFrame({ x: RIGHT }), face: FACE }, BASE);
    expect(cheeksMoved(held.points)).toBeGreaterThan(0.9 * RIGHT);
    expect(cheeksMoved(held.points)).toBeLessThan(1.1 * RIGHT);
  });

  it('do so in another light', () => {
    const frame = speckledFrame({ x: RIGHT, gain: 0.6, offset: 30 });
    expect(cheeksMoved(heldStill({ frame, face: FACE }, BASE).points)).toBeGreaterThan(0.9 * RIGHT);
  });

  it('stay where they are in a picture of somebody else', () => {
    const frame = speckledFrame({ seed: 2 });
    const { points } = heldStill({ frame, face: FACE }, BASE);
    expect(points).toEqual(FACE.points);
  });

  it('keep all else that is known of the face', () => {
    const person = { left: 1, top: 2, side: 3, cells: Uint8Array.of(4) };
    const face = { ...FACE, person };
    expect(heldStill({ frame: BASE.frame, face }, BASE)).toMatchObject({ person, count: 478 });
  });
});

describe('a picture without its colours', () => {
  it('is as bright as they are to the eye', () => {
    const rgba = Uint8ClampedArray.of(255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255);
    const { y, width, height, strideY } = greyFrame({ width: 3, height: 1, rgba });
    expect([...y]).toEqual([76, 150, 29]);
    expect([width, height, strideY]).toEqual([3, 1, 3]);
  });
});
