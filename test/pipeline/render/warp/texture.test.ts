import { describe, expect, it } from 'vitest';
import { halved, textureOf } from '../../../../src/pipeline/render/warp/texture.ts';

const picture = (side: number, colour: (x: number, y: number) => number) => {
  const rgba = new Uint8ClampedArray(side * side * 4);
  for (let i = 0; i < side * side; i++) {
    rgba.fill(colour(i % side, Math.floor(i / side)), 4 * i, 4 * i + 3);
  }
  return { width: side, height: side, rgba };
};

describe('a texture', () => {
  it('keeps a flat colour exactly, at any size', () => {
    for (const side of [20, 64, 100]) {
      const { texels } = textureOf(
        picture(40, () => 255),
        side,
      );
      for (let i = 0; i < texels.length; i += 4) {
        expect([...texels.subarray(i, i + 3)]).toEqual([235, 128, 128]);
      }
    }
  });

  it('keeps its place: a ramp stays the same ramp when it is enlarged', () => {
    const { texels, side } = textureOf(
      picture(64, (x) => x * 4),
      128,
    );
    const lumaAt = (x: number) => texels[(64 * side + x) * 4]!;
    for (let x = 16; x < 112; x++) {
      const wanted = 16 + (((x + 0.5) / 2 - 0.5) * 4 * 219) / 255;
      expect(Math.abs(lumaAt(x) - wanted)).toBeLessThanOrEqual(1);
    }
  });

  it('stays in limited range next to hard edges, where a sharp kernel overshoots', () => {
    const { texels } = textureOf(
      picture(32, (x, y) => (((x >> 2) + (y >> 2)) % 2 ? 255 : 0)),
      128,
    );
    for (let i = 0; i < texels.length; i += 4) {
      expect(texels[i]).toBeGreaterThanOrEqual(16);
      expect(texels[i]).toBeLessThanOrEqual(235);
    }
  });

  it('halves by averaging four texels', () => {
    const full = textureOf(
      picture(8, (x) => (x % 2 ? 200 : 100)),
      8,
    );
    const half = halved(full);
    expect(half.side).toBe(4);
    const [a, b, c, d] = [0, 4, 32, 36].map((i) => full.texels[i]!) as [
      number,
      number,
      number,
      number,
    ];
    expect(half.texels[0]).toBe((a + b + c + d + 2) >> 2);
  });
});
