import { describe, expect, it } from 'vitest';
import { KernelSpace, newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { strideOf, textureAt } from '../../../../src/pipeline/render/warp/texture.ts';
import {
  inParts,
  type TextureExports,
  textureKernel,
} from '../../../../src/pipeline/render/warp/texture-kernel.io.ts';
import { seededRandom } from '../../seeded-random.ts';
import { placed } from '../texture-of.ts';

const SIDE = 48;
const plane = (value: (x: number, y: number) => number) =>
  Float32Array.from({ length: SIDE ** 2 }, (_, i) => value(i % SIDE, Math.floor(i / SIDE)));

/** A kernel, and planes in its memory. */
function kernelWith(...planes: Float32Array[]) {
  const memory = newKernelMemory();
  const space = new KernelSpace(memory);
  const own = planes.map((values) => {
    const { at } = space.take(values.byteLength);
    const plane = new Float32Array(memory.buffer, at, values.length);
    plane.set(values);
    return plane;
  });
  return { kernel: textureKernel(memory), placed: own };
}

describe('the mean of a square', () => {
  it.each([1, 3, 11])('of radius %i is that of the pixels that lie in the picture', (radius) => {
    const random = seededRandom(5);
    const values = plane(() => random());
    const { kernel, placed } = kernelWith(values, values, new Float32Array(2 * SIDE));
    const [from, found, columns] = placed as [Float32Array, Float32Array, Float32Array];
    kernel.boxMean(from.byteOffset, SIDE, radius, columns.byteOffset, found.byteOffset);
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        let [sum, count] = [0, 0];
        for (let v = Math.max(0, y - radius); v <= Math.min(SIDE - 1, y + radius); v++)
          for (let u = Math.max(0, x - radius); u <= Math.min(SIDE - 1, x + radius); u++, count++)
            sum += values[v * SIDE + u]!;
        expect(found[y * SIDE + x], `${x} ${y}`).toBeCloseTo(sum / count, 6);
      }
  });
});

describe('a plane at half its side', () => {
  const slope = plane((x, y) => 3 * x - 2 * y);
  const half = SIDE / 2;

  it('has the mean of four in each pixel', () => {
    const { kernel, placed } = kernelWith(slope, new Float32Array(half * half));
    const [from, to] = placed as [Float32Array, Float32Array];
    kernel.halvePlane(from.byteOffset, SIDE, to.byteOffset);
    to.forEach((mean, i) => {
      expect(mean).toBe(3 * (2 * (i % half) + 0.5) - 2 * (2 * Math.floor(i / half) + 0.5));
    });
  });

  it('gives an even slope back when it is doubled, but for its border, which it goes on with', () => {
    const one = plane(() => 1);
    const { kernel, placed } = kernelWith(slope, one, new Float32Array(half * half), one, one);
    const [from, guide, to, rows, found] = placed as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    kernel.halvePlane(from.byteOffset, SIDE, to.byteOffset);
    // Slopes of one, and offsets of the slope's.
    const [slopes, offsets, out] = [guide.byteOffset, to.byteOffset, found.byteOffset];
    inParts(SIDE, (first, last) =>
      kernel.applyDoubled(
        guide.byteOffset,
        SIDE,
        slopes,
        offsets,
        rows.byteOffset,
        out,
        first,
        last,
      ),
    );
    for (let y = 1; y < SIDE - 1; y++)
      for (let x = 1; x < SIDE - 1; x++)
        expect(found[y * SIDE + x]).toBeCloseTo(1 + slope[y * SIDE + x]!, 4);
    expect(found[0]).toBe(1 + to[0]!);
    expect(found.at(-1)).toBe(1 + to.at(-1)!);
  });
});

describe('the texels of a texture', () => {
  const texture = (seed: number) => {
    const random = seededRandom(seed);
    return { side: SIDE, texels: Uint8Array.from({ length: 4 * SIDE ** 2 }, () => random() * 256) };
  };
  /** A texture once the kernel has done something with it. */
  function changed(
    work: (kernel: TextureExports, at: number, stride: number, plane: Float32Array) => void,
    values = new Float32Array((SIDE / 2) ** 2),
  ) {
    const memory = newKernelMemory();
    const [level] = placed(memory, [texture(3)]);
    const { at } = new KernelSpace(memory).take(values.byteLength);
    const plane = new Float32Array(memory.buffer, at, values.length);
    plane.set(values);
    work(textureKernel(memory), level!.at, strideOf(SIDE), plane);
    return { texels: [...textureAt(memory, level!).texels], plane: [...plane] };
  }
  const unchanged = [...texture(3).texels];
  const place = (i: number) => [(i >> 2) % SIDE, Math.floor((i >> 2) / SIDE)] as const;

  it('are shifted in limited range, each channel by its own; one that is not moved stays as it is', () => {
    for (const [y, u, v] of [
      [9, -7, 0],
      [-24, 0, 24],
      [0, 3, -24],
    ] as const) {
      const { texels } = changed((kernel, at, stride) =>
        kernel.shiftColours(at, stride, SIDE, y, u, v),
      );
      const wanted = unchanged.map((value, i) => {
        const by = [y, u, v][i % 4];
        return by ? Math.min([235, 240, 240][i % 4]!, Math.max(16, value + by)) : value;
      });
      expect(texels).toEqual(wanted);
    }
  });

  it('are told to cover all of what is behind them', () => {
    const { texels } = changed((kernel, at, stride) => kernel.coverAll(at, stride, SIDE));
    expect(texels).toEqual(unchanged.map((value, i) => (i % 4 === 3 ? 255 : value)));
  });

  it('are told by a plane of half the side how much they cover', () => {
    const random = seededRandom(7);
    const shares = Float32Array.from({ length: (SIDE / 2) ** 2 }, () => random());
    const { texels } = changed(
      (kernel, at, stride, plane) => kernel.coverDoubled(at, stride, SIDE, plane.byteOffset),
      shares,
    );
    const wanted = unchanged.map((value, i) => {
      const [x, y] = place(i);
      const share = shares[(y >> 1) * (SIDE / 2) + (x >> 1)]!;
      return i % 4 === 3 ? Math.floor(255 * share + 0.5) : value;
    });
    expect(texels).toEqual(wanted);
  });

  it('give their luma at half the side', () => {
    const { plane: luma } = changed((kernel, at, stride, plane) =>
      kernel.halvedLuma(at, stride, SIDE, plane.byteOffset),
    );
    luma.forEach((value, i) => {
      const at = 8 * (Math.floor(i / (SIDE / 2)) * SIDE + (i % (SIDE / 2)));
      const four = [at, at + 4, at + 4 * SIDE, at + 4 * SIDE + 4].map((from) => unchanged[from]!);
      const mean = Math.floor((four.reduce((a, b) => a + b) + 2) / 4);
      expect(value).toBeCloseTo(mean / 255, 6);
    });
  });
});

it('asks for all rows in parts, once each', () => {
  const asked: number[] = [];
  inParts(150, (from, to) => {
    for (let row = from; row < to; row++) asked.push(row);
  });
  expect(asked).toEqual(Array.from({ length: 150 }, (_, row) => row));
});
