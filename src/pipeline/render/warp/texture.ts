import type { Picture } from '../../picture.ts';

/**
 * A square picture as the kernels sample it: 4 bytes a texel (Y, U, V, unused), BT.601 limited range,
 * row-major. YUV from the start, so that no frame pays for a colour conversion.
 */
export interface Texture {
  readonly side: number;
  readonly texels: Uint8Array;
}

/** Three lobes: the sharpest common kernel whose ringing stays invisible in photographs. */
const LANCZOS_LOBES = 3;

/** The bounds of BT.601 limited range; a sharp kernel overshoots them at edges. */
const BLACK = 16;
const MAX_LUMA = 235;
const MAX_CHROMA = 240;

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LANCZOS_LOBES) return 0;
  const a = Math.PI * x;
  return (LANCZOS_LOBES * Math.sin(a) * Math.sin(a / LANCZOS_LOBES)) / (a * a);
}

interface Taps {
  readonly count: number;
  readonly indices: Int32Array;
  readonly weights: Float32Array;
}

/** Which source samples make a target sample, edges replicated, weights summing to one. */
function tapsFor(source: number, target: number): Taps {
  const step = source / target;
  const stretch = Math.max(1, step);
  const count = Math.ceil(2 * LANCZOS_LOBES * stretch) + 1;
  const indices = new Int32Array(target * count);
  const weights = new Float32Array(target * count);
  for (let t = 0; t < target; t++) {
    const centre = (t + 0.5) * step - 0.5;
    const first = Math.ceil(centre - LANCZOS_LOBES * stretch);
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const weight = lanczos((first + k - centre) / stretch);
      weights[t * count + k] = weight;
      indices[t * count + k] = Math.min(source - 1, Math.max(0, first + k));
      sum += weight;
    }
    for (let k = 0; k < count; k++) weights[t * count + k]! /= sum;
  }
  return { count, indices, weights };
}

/** Three planes interleaved (4 floats a pixel), resampled in x, rows and columns exchanged. */
function resampleTransposed(
  source: Float32Array,
  width: number,
  height: number,
  target: number,
): Float32Array {
  const { count, indices, weights } = tapsFor(width, target);
  const out = new Float32Array(target * height * 4);
  for (let y = 0; y < height; y++) {
    for (let t = 0; t < target; t++) {
      let a = 0;
      let b = 0;
      let c = 0;
      for (let k = t * count; k < (t + 1) * count; k++) {
        const p = (y * width + indices[k]!) * 4;
        const weight = weights[k]!;
        a += source[p]! * weight;
        b += source[p + 1]! * weight;
        c += source[p + 2]! * weight;
      }
      const q = (t * height + y) * 4;
      out[q] = a;
      out[q + 1] = b;
      out[q + 2] = c;
    }
  }
  return out;
}

/** RGB 0…255 → Y, U, V in BT.601 limited range, unrounded. */
function toYuv(r: number, g: number, b: number): [number, number, number] {
  return [
    16 + 0.256788 * r + 0.504129 * g + 0.097906 * b,
    128 - 0.148223 * r - 0.290993 * g + 0.439216 * b,
    128 + 0.439216 * r - 0.367788 * g - 0.071427 * b,
  ];
}

/** Converts and resamples (Lanczos-3) a square picture to a texture of the given side. */
export function textureOf(picture: Picture, side: number): Texture {
  const { width, height, rgba } = picture;
  const yuv = new Float32Array(width * height * 4);
  for (let i = 0; i < yuv.length; i += 4) {
    const [y, u, v] = toYuv(rgba[i]!, rgba[i + 1]!, rgba[i + 2]!);
    yuv[i] = y;
    yuv[i + 1] = u;
    yuv[i + 2] = v;
  }
  const wide = resampleTransposed(yuv, width, height, side);
  const full = resampleTransposed(wide, height, side, side);
  const texels = new Uint8Array(full.length);
  for (let i = 0; i < full.length; i += 4) {
    texels[i] = Math.min(MAX_LUMA, Math.max(BLACK, full[i]! + 0.5));
    texels[i + 1] = Math.min(MAX_CHROMA, Math.max(BLACK, full[i + 1]! + 0.5));
    texels[i + 2] = Math.min(MAX_CHROMA, Math.max(BLACK, full[i + 2]! + 0.5));
  }
  return { side, texels };
}

/** Of four bytes in a word, those at even places. */
const EVEN = 0x00ff00ff;

/** The same picture at half the side: what a smaller output samples without aliasing. */
export function halved({ side, texels }: Texture): Texture {
  const half = side >> 1;
  const words = new Uint32Array(texels.buffer, texels.byteOffset, side * side);
  const out = new Uint32Array(half * half);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const p = 2 * (y * side + x);
      const [a, b, c, d] = [words[p]!, words[p + 1]!, words[p + side]!, words[p + side + 1]!];
      // Two bytes at a time have room for the sum of four, and 2 to round it.
      const even = (a & EVEN) + (b & EVEN) + (c & EVEN) + (d & EVEN) + 0x00020002;
      const odd =
        ((a >>> 8) & EVEN) +
        ((b >>> 8) & EVEN) +
        ((c >>> 8) & EVEN) +
        ((d >>> 8) & EVEN) +
        0x00020002;
      out[y * half + x] = ((even >>> 2) & EVEN) | (((odd >>> 2) & EVEN) << 8);
    }
  }
  return { side: half, texels: new Uint8Array(out.buffer) };
}
