import { describe, expect, it } from 'vitest';
import { LIPS_INNER } from '../../../../src/pipeline/landmark/face-topology.ts';
import {
  FaceReserve,
  type Shown,
} from '../../../../src/pipeline/render/few-shot-vid2vid/face-reserve.ts';
import {
  FIELD,
  FIELD_SIDE,
} from '../../../../src/pipeline/render/few-shot-vid2vid/network-shape.ts';
import { EYE_RINGS } from '../../../../src/pipeline/render/warp/mesh-contours.ts';
import { facePoints } from '../painted-face.ts';

const points = facePoints({ jaw: 0.4 });
const cell = (x: number, y: number): number =>
  Math.round(y * FIELD_SIDE) * FIELD_SIDE + Math.round(x * FIELD_SIDE);
const middleOf = (contour: readonly number[]): number => {
  const mean = (axis: 0 | 1) =>
    contour.reduce((sum, i) => sum + points[3 * i + axis]!, 0) / contour.length;
  return cell(mean(0), mean(1));
};

/** In the middle of the lower lip's red. */
const LIP = middleOf([14, 17]);
const INSIDE = middleOf([...LIPS_INNER.upper, ...LIPS_INNER.lower]);
const EYES = EYE_RINGS.map(middleOf);
const CHIN = cell(points[3 * 152]!, points[3 * 152 + 1]!);
const NONE: Shown = { mouth: 0, eyes: 0 };

function withheld(shown: Partial<Shown>, at = points): Float32Array {
  const planes = new Float32Array(2 * FIELD).fill(1);
  new FaceReserve().withhold([planes], at, { ...NONE, ...shown });
  return planes;
}

describe('what of a face is reserved for the example that shows it', () => {
  it('is all of the mouth where it is that very mouth, in each plane', () => {
    const planes = withheld({ mouth: 1 });
    for (const at of [LIP, FIELD + LIP, INSIDE, FIELD + INSIDE]) expect(planes[at]).toBe(0);
  });

  it('is a share of it where the example only resembles', () => {
    expect(withheld({ mouth: 0.3 })[LIP]).toBeCloseTo(0.7, 5);
  });

  it('is all of the eyes where they are those very eyes, and nothing of them for a mouth', () => {
    for (const at of EYES) {
      expect(withheld({ eyes: 1 })[at]).toBe(0);
      expect(withheld({ eyes: 0.3 })[at]).toBeCloseTo(0.7, 5);
      expect(withheld({ mouth: 1 })[at]).toBe(1);
    }
    expect(withheld({ eyes: 1 })[LIP]).toBe(1);
  });

  it('is half of what lies between the lips, and nothing else, where no example shows it', () => {
    const planes = withheld(NONE);
    expect(planes[INSIDE]).toBe(0.5);
    for (const at of [LIP, CHIN, ...EYES]) expect(planes[at]).toBe(1);
  });

  it('fades out around lips and eyes without an edge', () => {
    const planes = withheld({ mouth: 1, eyes: 1 });
    let steepest = 0;
    for (let i = FIELD_SIDE; i < FIELD; i++) {
      steepest = Math.max(steepest, Math.abs(planes[i]! - planes[i - FIELD_SIDE]!));
    }
    expect(steepest).toBeGreaterThan(0.2);
    expect(steepest).toBeLessThan(0.6);
  });

  it.each([-0.6, 0.6])('may lie outside of the picture, by %f of it', (offset) => {
    const moved = points.map((value, i) => (i % 3 === 2 ? value : value + offset));
    const planes = withheld({ mouth: 1, eyes: 1 }, Float32Array.from(moved));
    expect(planes.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});
