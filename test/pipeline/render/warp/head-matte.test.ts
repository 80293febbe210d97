import { describe, expect, it } from 'vitest';
import { MASK_SIDE, type PersonMask } from '../../../../src/pipeline/landmark/person-mask.ts';
import { headMatte } from '../../../../src/pipeline/render/warp/head-matte.ts';
import { facePoints } from '../painted-face.ts';

const SIDE = 128;
const points = facePoints();
const [forehead, chin] = [points[3 * 10 + 1]! * SIDE, points[3 * 152 + 1]! * SIDE];

/** A disc around the face, as wide as hair around it would be. */
const inHead = (x: number, y: number) => Math.hypot(x - 0.5, y - 0.42) < 0.36;
const luma = Float32Array.from({ length: SIDE ** 2 }, (_, i) =>
  inHead(((i % SIDE) + 0.5) / SIDE, (Math.floor(i / SIDE) + 0.5) / SIDE) ? 0.2 : 0.9,
);

function maskOf(share: (x: number, y: number) => number): PersonMask {
  const place = { left: -0.25, top: -0.25, side: 1.5 };
  const cells = Uint8Array.from({ length: MASK_SIDE ** 2 }, (_, i) => {
    const x = place.left + ((i % MASK_SIDE) / MASK_SIDE) * place.side;
    const y = place.top + (Math.floor(i / MASK_SIDE) / MASK_SIDE) * place.side;
    return Math.round(255 * share(x, y));
  });
  return { ...place, cells };
}

const headMask = maskOf((x, y) => (inHead(x, y) ? 1 : 0));

const at = (plane: Float32Array, x: number, y: number) => {
  const side = Math.sqrt(plane.length);
  return plane[Math.round(y * side) * side + Math.round(x * side)]!;
};

describe('the matte of a head', () => {
  it('holds head and hair, and none of what is beside them', () => {
    const matte = headMatte(luma, SIDE, headMask, points)!;
    expect(at(matte.head, 0.5, 0.42)).toBe(1);
    expect(at(matte.head, 0.2, 0.42)).toBeGreaterThan(0.95);
    expect(at(matte.head, 0.06, 0.2)).toBeLessThan(0.02);
    expect(at(matte.head, 0.94, 0.3)).toBeLessThan(0.02);
  });

  it('ends where the picture has an edge, though the mask fades over several of its cells', () => {
    const away = (x: number, y: number) => 0.36 - Math.hypot(x - 0.5, y - 0.42);
    const soft = maskOf((x, y) => Math.min(1, Math.max(0, 0.5 + away(x, y) / 0.04)));
    const { head } = headMatte(luma, SIDE, soft, points)!;
    const row = Math.round(0.3 * SIDE) * SIDE;
    const steps = [...head.subarray(row, row + SIDE)].map((share, x, all) =>
      Math.abs(share - (all[x - 1] ?? share)),
    );
    // From one pixel to the next, where the mask itself takes five.
    expect(Math.max(...steps)).toBeGreaterThan(0.6);
    const edge = steps.indexOf(Math.max(...steps)) / SIDE;
    expect(Math.abs(away(edge, 0.3))).toBeLessThan(1 / SIDE);
  });

  it('moves all that is well below the chin, and tells it from the person all the same', () => {
    const matte = headMatte(luma, SIDE, headMask, points)!;
    const below = (chin + 0.3 * (chin - forehead)) / SIDE;
    expect(at(matte.head, 0.05, below)).toBe(1);
    expect(at(matte.person, 0.05, below)).toBeLessThan(0.02);
  });

  it('has no hole in the face where the mask has one', () => {
    const torn = maskOf((x, y) => (inHead(x, y) && Math.hypot(x - 0.45, y - 0.4) > 0.05 ? 1 : 0));
    expect(at(headMatte(luma, SIDE, torn, points)!.head, 0.45, 0.4)).toBe(1);
  });

  it('is none where the mask does not hold the face', () => {
    expect(
      headMatte(
        luma,
        SIDE,
        maskOf(() => 0),
        points,
      ),
    ).toBeUndefined();
    expect(
      headMatte(
        luma,
        SIDE,
        maskOf((x) => (x < 0.45 ? 1 : 0)),
        points,
      ),
    ).toBeUndefined();
  });
});
