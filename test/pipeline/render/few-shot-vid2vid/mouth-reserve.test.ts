import { describe, expect, it } from 'vitest';
import { LIPS_OUTER } from '../../../../src/pipeline/landmark/face-topology.ts';
import { MouthReserve } from '../../../../src/pipeline/render/few-shot-vid2vid/mouth-reserve.ts';
import {
  FIELD,
  FIELD_SIDE,
} from '../../../../src/pipeline/render/few-shot-vid2vid/network-shape.ts';
import { facePoints } from '../painted-face.ts';

const points = facePoints({ jaw: 0.4 });
const middle = (axis: 0 | 1): number => {
  const contour = [...LIPS_OUTER.upper, ...LIPS_OUTER.lower];
  return contour.reduce((sum, i) => sum + points[3 * i + axis]!, 0) / contour.length;
};
const cell = (x: number, y: number): number =>
  Math.round(y * FIELD_SIDE) * FIELD_SIDE + Math.round(x * FIELD_SIDE);

function withheld(share: number, at = points): Float32Array {
  const planes = new Float32Array(2 * FIELD).fill(1);
  new MouthReserve().withhold([planes], at, share);
  return planes;
}

describe('what of a mouth is reserved for the example that shows it', () => {
  it('is all of the mouth where it is that very mouth, in each plane', () => {
    const planes = withheld(1);
    const centre = cell(middle(0), middle(1));
    expect(planes[centre]).toBe(0);
    expect(planes[FIELD + centre]).toBe(0);
  });

  it('is a share of it where the example only resembles', () => {
    expect(withheld(0.3)[cell(middle(0), middle(1))]).toBeCloseTo(0.7, 5);
  });

  it('is nothing of the eyes, and nothing without such an example', () => {
    expect(withheld(1)[cell(points[3 * 33]!, points[3 * 33 + 1]!)]).toBe(1);
    expect(withheld(0)).toEqual(new Float32Array(2 * FIELD).fill(1));
  });

  it('fades out around the lips without an edge', () => {
    const planes = withheld(1);
    let steepest = 0;
    for (let i = FIELD_SIDE; i < FIELD; i++) {
      steepest = Math.max(steepest, Math.abs(planes[i]! - planes[i - FIELD_SIDE]!));
    }
    expect(steepest).toBeGreaterThan(0.2);
    expect(steepest).toBeLessThan(0.6);
  });

  it.each([-0.6, 0.6])('may lie outside of the picture, by %f of it', (offset) => {
    const moved = points.map((value, i) => (i % 3 === 2 ? value : value + offset));
    const planes = withheld(1, Float32Array.from(moved));
    expect(planes.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});
