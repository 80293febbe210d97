import { describe, expect, it } from 'vitest';
import { guidedFilter } from '../../../../src/pipeline/render/warp/guided-filter.ts';
import { KernelSpace, newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';

const SIDE = 48;
const plane = (value: (x: number, y: number) => number) =>
  Float32Array.from({ length: SIDE ** 2 }, (_, i) => value(i % SIDE, Math.floor(i / SIDE)));

const halvedPlane = (whole: Float32Array) =>
  Float32Array.from({ length: (SIDE / 2) ** 2 }, (_, i) => {
    const at = 2 * (Math.floor(i / (SIDE / 2)) * SIDE + (i % (SIDE / 2)));
    return (whole[at]! + whole[at + 1]! + whole[at + SIDE]! + whole[at + SIDE + 1]!) / 4;
  });

describe('the guided filter', () => {
  const filtered = (picture: Float32Array, map: Float32Array) => {
    const memory = newKernelMemory();
    const space = new KernelSpace(memory);
    const place = (plane: Float32Array) => {
      const { at } = space.take(plane.byteLength);
      const placed = new Float32Array(memory.buffer, at, plane.length);
      placed.set(plane);
      return placed;
    };
    const out = place(picture);
    const planes = {
      guide: place(picture),
      half: place(halvedPlane(picture)),
      values: place(halvedPlane(map)),
    };
    guidedFilter(planes, SIDE, { radius: 3, smooth: 1e-4 }, memory, out);
    return out;
  };

  it('moves a blurred edge to that of the picture', () => {
    const picture = plane((x) => (x < 24 ? 0.2 : 0.8));
    const blurred = plane((x) => Math.min(1, Math.max(0, (x - 18) / 10)));
    const found = filtered(picture, blurred);
    const row = [...found.subarray(20 * SIDE, 21 * SIDE)];
    expect(row[24]! - row[23]!).toBeGreaterThan(0.5);
    expect(blurred[20 * SIDE + 24]! - blurred[20 * SIDE + 23]!).toBeLessThan(0.11);
  });

  it('leaves a map alone where the picture says nothing', () => {
    const flat = plane(() => 0.5);
    const map = plane(() => 0.7);
    for (const value of filtered(flat, map)) expect(value).toBeCloseTo(0.7, 4);
  });
});
