import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../seeded-random.ts';
import { textureOf } from '../texture-of.ts';

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

  it('is what a plain Lanczos resampling of a seeded picture makes of it, to a rounding step', () => {
    const random = seededRandom(12);
    for (const [size, side] of [
      [40, 80],
      [48, 40],
      [33, 64],
      [64, 64],
    ] as const) {
      const rgba = Uint8ClampedArray.from({ length: size * size * 4 }, () => random() * 256);
      const { texels } = textureOf({ width: size, height: size, rgba }, side);
      const wanted = plainly(rgba, size, side);
      const apart = wanted.map((value, i) => Math.abs(value - texels[i]!));
      expect(Math.max(...apart), `${size} → ${side}`).toBeLessThan(0.6);
    }
  });
});

/** Y, U, V and 0 of each texel, unrounded. */
function plainly(rgba: Uint8ClampedArray, size: number, side: number): number[] {
  const yuv = Array.from({ length: size * size }, (_, i) => {
    const [r, g, b] = [rgba[4 * i]!, rgba[4 * i + 1]!, rgba[4 * i + 2]!];
    return [
      16 + 0.256788 * r + 0.504129 * g + 0.097906 * b,
      128 - 0.148223 * r - 0.290993 * g + 0.439216 * b,
      128 + 0.439216 * r - 0.367788 * g - 0.071427 * b,
    ];
  });
  const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  const stretch = Math.max(1, size / side);
  const shares = (t: number) => {
    const centre = ((t + 0.5) * size) / side - 0.5;
    const found: [number, number][] = [];
    for (let i = Math.ceil(centre - 3 * stretch); i <= centre + 3 * stretch; i++) {
      const x = (i - centre) / stretch;
      found.push([Math.min(size - 1, Math.max(0, i)), sinc(x) * sinc(x / 3)]);
    }
    const sum = found.reduce((all, [, share]) => all + share, 0);
    return found.map(([i, share]) => [i, share / sum] as const);
  };
  const all = Array.from({ length: side }, (_, t) => shares(t));
  return all.flatMap((down) =>
    all.flatMap((across) => {
      const sum = [0, 0, 0];
      for (const [y, v] of down)
        for (const [x, u] of across)
          for (let k = 0; k < 3; k++) sum[k]! += v * u * yuv[y * size + x]![k]!;
      return [...sum.map((value, k) => Math.min([235, 240, 240][k]!, Math.max(16, value))), 0];
    }),
  );
}
