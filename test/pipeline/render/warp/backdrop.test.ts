import { describe, expect, it } from 'vitest';
import { drawBackdrop } from '../../../../src/pipeline/render/warp/backdrop.ts';
import { KernelSpace, newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { type Texture, textureAt } from '../../../../src/pipeline/render/warp/texture.ts';
import { seededRandom } from '../../seeded-random.ts';
import { placed } from '../texture-of.ts';

const SIDE = 64;

function backdropOf(texture: Texture, person: Float32Array): Texture {
  const memory = newKernelMemory();
  const { at } = new KernelSpace(memory).take(person.byteLength);
  const [from, to] = placed(memory, [texture, { ...texture, texels: texture.texels.map(() => 7) }]);
  const shares = new Float32Array(memory.buffer, at, person.length);
  shares.set(person);
  drawBackdrop(from!, shares, memory, to!);
  return textureAt(memory, to!);
}

/** A picture twice as wide as its matte, that slopes from dark to bright; somebody red stands before its middle. */
function scene(inPerson: (x: number, y: number) => boolean) {
  const person = Float32Array.from({ length: SIDE ** 2 }, (_, i) =>
    inPerson(i % SIDE, Math.floor(i / SIDE)) ? 1 : 0,
  );
  const side = 2 * SIDE;
  const texels = Uint8Array.from({ length: side * side * 4 }, (_, i) => {
    const x = Math.floor(i / 4) % side;
    const y = Math.floor(i / 4 / side);
    const red = person[(y >> 1) * SIDE + (x >> 1)] === 1;
    return [red ? 80 : 50 + x, red ? 90 : 128, red ? 240 : 128, 0][i % 4]!;
  });
  const texture = { side, texels };
  const backdrop = backdropOf(texture, person);
  const texel = ({ texels: from }: { texels: Uint8Array }, x: number, y: number) => [
    ...from.subarray(4 * (y * side + x), 4 * (y * side + x) + 3),
  ];
  return { texture, backdrop, texel };
}

describe('a backdrop', () => {
  const disc = (x: number, y: number) => Math.hypot(x - 32, y - 32) < 14;

  it('is the picture itself where nobody stands', () => {
    const { texture, backdrop, texel } = scene(disc);
    for (const [x, y] of [
      [3, 3],
      [120, 60],
      [64, 10],
      [20, 100],
    ] as const) {
      expect(texel(backdrop, x, y)).toEqual(texel(texture, x, y));
    }
  });

  it('goes on smoothly behind whoever stands before it, without a trace of them', () => {
    const { backdrop, texel } = scene(disc);
    for (let x = 30; x < 98; x++) {
      const [y, u, v] = texel(backdrop, x, 64) as [number, number, number];
      expect(Math.abs(y - (50 + x))).toBeLessThan(14);
      expect([u, v]).toEqual([128, 128]);
      expect(Math.abs(y - texel(backdrop, x - 1, 64)[0]!)).toBeLessThan(8);
    }
  });

  it('is of one colour, not of none, behind somebody who fills nearly all of the picture', () => {
    const { backdrop, texel } = scene((x, y) => x > 5 || y > 5);
    expect(texel(backdrop, 100, 100)[2]).toBeLessThan(245);
    expect(scene(() => true).backdrop.texels.every(Number.isFinite)).toBe(true);
  });

  it('is what plain sums make of a seeded picture, to a rounding step', () => {
    const random = seededRandom(8);
    const side = 32;
    const person = Float32Array.from({ length: side * side }, (_, i) =>
      Math.hypot((i % side) - 14, Math.floor(i / side) - 20) < 9 ? random() : 0,
    );
    const texels = Uint8Array.from({ length: 16 * side * side * 4 }, () => 16 + random() * 200);
    const { texels: found } = backdropOf({ side: 4 * side, texels }, person);
    const wanted = plainly(texels, person, side);
    for (let y = 0; y < 4 * side; y++)
      for (let x = 0; x < 4 * side; x++)
        for (let k = 0; k < 3; k++) {
          const at = 4 * (y * 4 * side + x) + k;
          const value = wanted(x >> 2, y >> 2)?.[k];
          expect(Math.abs(found[at]! - (value ?? texels[at]!))).toBeLessThan(value ? 0.51 : 0.01);
        }
  });

  it('covers everything', () => {
    const { backdrop } = scene(disc);
    expect(backdrop.texels.every((value, i) => i % 4 < 3 || value === 255)).toBe(true);
  });
});

/** The colour of a pixel of the person's plane where one of them is near, by the definitions of levels alone. */
function plainly(texels: Uint8Array, person: Float32Array, side: number) {
  interface Plain {
    readonly side: number;
    readonly pixels: (readonly [y: number, u: number, v: number, known: number])[];
  }
  const near = Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    let [sum, count] = [0, 0];
    for (let v = Math.max(0, y - 2); v <= Math.min(side - 1, y + 2); v++)
      for (let u = Math.max(0, x - 2); u <= Math.min(side - 1, x + 2); u++, count++)
        sum += person[v * side + u]!;
    return sum / count >= 0.02;
  });
  const first: Plain = {
    side,
    pixels: near.map((hidden, i) => {
      const at = 4 * (4 * Math.floor(i / side) * 4 * side + 4 * (i % side));
      return hidden ? [0, 0, 0, 0] : [texels[at]!, texels[at + 1]!, texels[at + 2]!, 1];
    }),
  };
  const filled = (level: Plain): Plain => {
    if (level.side === 1) {
      const [y, u, v, known] = level.pixels[0]!;
      return { side: 1, pixels: [[y / known, u / known, v / known, 1]] };
    }
    const half = level.side / 2;
    const sums = Array.from({ length: half * half }, (_, i) => {
      const at = 2 * (Math.floor(i / half) * level.side + (i % half));
      const four = [at, at + 1, at + level.side, at + level.side + 1].map((k) => level.pixels[k]!);
      const mean = [0, 1, 2, 3].map((k) => four.reduce((sum, pixel) => sum + pixel[k]!, 0) / 4);
      return mean.map((value) => value / Math.max(0.25, mean[3]!)) as [
        number,
        number,
        number,
        number,
      ];
    });
    const below = filled({ side: half, pixels: sums });
    return {
      side: level.side,
      pixels: level.pixels.map((pixel, i) => {
        const place = (value: number) => Math.min(half - 1, Math.max(0, (value - 0.5) / 2));
        const [u, v] = [place(i % level.side), place(Math.floor(i / level.side))];
        const at = (x: number, y: number, k: number) => below.pixels[y * half + x]![k]!;
        const [fx, fy] = [u % 1, v % 1];
        const mixed = [0, 1, 2].map((k) => {
          const upper =
            at(Math.floor(u), Math.floor(v), k) * (1 - fx) +
            at(Math.ceil(u), Math.floor(v), k) * fx;
          const lower =
            at(Math.floor(u), Math.ceil(v), k) * (1 - fx) + at(Math.ceil(u), Math.ceil(v), k) * fx;
          return pixel[k]! + (1 - pixel[3]) * (upper * (1 - fy) + lower * fy);
        });
        return [...mixed, 1] as [number, number, number, number];
      }),
    };
  };
  const { pixels } = filled(first);
  return (x: number, y: number) => (near[y * side + x] ? pixels[y * side + x]! : undefined);
}
