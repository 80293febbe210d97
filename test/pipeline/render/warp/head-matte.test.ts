import { describe, expect, it } from 'vitest';
import { MASK_SIDE, type PersonMask } from '../../../../src/pipeline/landmark/person-mask.ts';
import { headMatte } from '../../../../src/pipeline/render/warp/head-matte.ts';
import { KernelSpace, newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { seededRandom } from '../../seeded-random.ts';
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

function matteOf(mask: PersonMask, picture = luma) {
  const memory = newKernelMemory();
  const space = new KernelSpace(memory);
  const plane = (side: number) => {
    const { at } = space.take(side * side * 4);
    return new Float32Array(memory.buffer, at, side * side);
  };
  const guide = plane(SIDE);
  guide.set(picture);
  const matte = { head: plane(SIDE), person: plane(SIDE / 2), surely: plane(SIDE) };
  const held = headMatte(guide, SIDE, mask, points, memory, matte);
  return held ? matte : undefined;
}

describe('the matte of a head', () => {
  it('holds head and hair, and none of what is beside them', () => {
    const matte = matteOf(headMask)!;
    expect(at(matte.head, 0.5, 0.42)).toBe(1);
    expect(at(matte.head, 0.2, 0.42)).toBeGreaterThan(0.95);
    expect(at(matte.head, 0.06, 0.2)).toBeLessThan(0.02);
    expect(at(matte.head, 0.94, 0.3)).toBeLessThan(0.02);
  });

  it('ends where the picture has an edge, though the mask fades over several of its cells', () => {
    const away = (x: number, y: number) => 0.36 - Math.hypot(x - 0.5, y - 0.42);
    const soft = maskOf((x, y) => Math.min(1, Math.max(0, 0.5 + away(x, y) / 0.04)));
    const { head } = matteOf(soft)!;
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
    const matte = matteOf(headMask)!;
    const below = (chin + 0.3 * (chin - forehead)) / SIDE;
    expect(at(matte.head, 0.05, below)).toBe(1);
    expect(at(matte.person, 0.05, below)).toBeLessThan(0.02);
  });

  it('says what is surely the person: not what the mask half believes, nor all that is below the chin', () => {
    const half = maskOf((x, y) => (inHead(x, y) ? 1 : x < 0.5 ? 0.45 : 0));
    const even = luma.map(() => 0.5);
    const { head, surely } = matteOf(half, even)!;
    expect(at(head, 0.08, 0.1)).toBeGreaterThan(0.5);
    expect(at(surely, 0.08, 0.1)).toBeLessThan(0.02);
    expect(at(surely, 0.08, (chin + 0.3 * (chin - forehead)) / SIDE)).toBeLessThan(0.02);
    expect(at(surely, 0.5, 0.42)).toBe(1);
  });

  it('has no hole in the face where the mask has one', () => {
    const torn = maskOf((x, y) => (inHead(x, y) && Math.hypot(x - 0.45, y - 0.4) > 0.05 ? 1 : 0));
    expect(at(matteOf(torn)!.head, 0.45, 0.4)).toBe(1);
  });

  it('is none where the mask does not hold the face', () => {
    expect(matteOf(maskOf(() => 0))).toBeUndefined();
    expect(matteOf(maskOf((x) => (x < 0.45 ? 1 : 0)))).toBeUndefined();
  });

  it('is what plain sums over every window make of a seeded picture', () => {
    const random = seededRandom(9);
    const noisy = luma.map((value) => value + (random() - 0.5) * 0.1);
    const soft = maskOf((x, y) =>
      Math.min(1, Math.max(0, (0.4 - Math.hypot(x - 0.5, y - 0.42)) * 9)),
    );
    const { head, person } = matteOf(soft, noisy)!;
    const wanted = plainly(soft, noisy);
    // Where neither face nor chin say otherwise.
    const rows = [0.05, 0.1, 0.13].map((y) => Math.round(y * SIDE));
    for (const y of rows)
      for (let x = 0; x < SIDE; x++) expect(head[y * SIDE + x]).toBeCloseTo(wanted(x, y), 3);
    for (let x = 0; x < SIDE / 2; x++) {
      const four = [0, 1].flatMap((v) => [0, 1].map((u) => wanted(2 * x + u, 12 + v)));
      expect(person[6 * (SIDE / 2) + x]).toBeCloseTo(four.reduce((a, b) => a + b) / 4, 3);
    }
  });
});

/** The matte at a pixel, by the definitions of mask, windows and bilinear sampling alone. */
function plainly(mask: PersonMask, picture: Float32Array): (x: number, y: number) => number {
  const half = SIDE / 2;
  const cell = MASK_SIDE / (mask.side * half);
  const radius = Math.max(2, Math.round(3 / cell));
  const pixel = (x: number, y: number) =>
    [0, 1, SIDE, SIDE + 1].reduce((sum, by) => sum + picture[2 * y * SIDE + 2 * x + by]!, 0) / 4;
  const share = (x: number, y: number) =>
    bilinear(
      (u, v) => mask.cells[v * MASK_SIDE + u]! / 255,
      (x + 0.5 - mask.left * half) * cell,
      (y + 0.5 - mask.top * half) * cell,
    );
  const guides = Array.from({ length: half * half }, (_, i) =>
    pixel(i % half, Math.floor(i / half)),
  );
  const shares = Array.from({ length: half * half }, (_, i) =>
    share(i % half, Math.floor(i / half)),
  );
  const window = (x: number, y: number, value: (i: number) => number): number => {
    let [sum, count] = [0, 0];
    for (let v = Math.max(0, y - radius); v <= Math.min(half - 1, y + radius); v++)
      for (let u = Math.max(0, x - radius); u <= Math.min(half - 1, x + radius); u++, count++)
        sum += value(v * half + u);
    return sum / count;
  };
  const lines = new Map<number, readonly [slope: number, offset: number]>();
  const line = (i: number) => {
    const [x, y] = [i % half, Math.floor(i / half)];
    const known = lines.get(i);
    if (known) return known;
    const [g, m] = [window(x, y, (k) => guides[k]!), window(x, y, (k) => shares[k]!)];
    const variance = window(x, y, (k) => (guides[k]! - g) ** 2);
    const together = window(x, y, (k) => (guides[k]! - g) * (shares[k]! - m));
    const slope = together / (variance + 1e-4);
    lines.set(i, [slope, m - slope * g]);
    return lines.get(i)!;
  };
  const limited = (value: number) => Math.min(half - 1, Math.max(0, value));
  return (x, y) => {
    const [slope, offset] = [0, 1].map((k) =>
      bilinear(
        (u, v) => window(u, v, (i) => line(i)[k]!),
        limited((x - 0.5) / 2),
        limited((y - 0.5) / 2),
      ),
    ) as [number, number];
    const value = slope * picture[y * SIDE + x]! + offset;
    return Math.min(1, Math.max(0, (value - 0.05) / 0.6));
  };
}

function bilinear(value: (u: number, v: number) => number, u: number, v: number): number {
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const [right, bottom] = [Math.ceil(u), Math.ceil(v)];
  const [fx, fy] = [u - left, v - top];
  const upper = value(left, top) * (1 - fx) + value(right, top) * fx;
  return upper * (1 - fy) + (value(left, bottom) * (1 - fx) + value(right, bottom) * fx) * fy;
}
