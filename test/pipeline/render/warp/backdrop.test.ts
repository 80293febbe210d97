import { describe, expect, it } from 'vitest';
import { backdropOf } from '../../../../src/pipeline/render/warp/backdrop.ts';

const SIDE = 64;

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
  const backdrop = backdropOf(texture, person, SIDE);
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

  it('covers everything', () => {
    const { backdrop } = scene(disc);
    expect(backdrop.texels.every((value, i) => i % 4 < 3 || value === 255)).toBe(true);
  });
});
