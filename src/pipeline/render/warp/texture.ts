import type { Picture } from '../../picture.ts';
import { textureKernel } from './texture-kernel.io.ts';
import { allocator } from './warp-memory.ts';

/**
 * A square picture as the kernels sample it: 4 bytes a texel (Y, U, V, how much it covers), BT.601 limited range,
 * row-major. YUV from the start, so that no frame pays for a colour conversion.
 */
export interface Texture {
  readonly side: number;
  readonly texels: Uint8Array;
}

/** Three lobes: the sharpest common kernel whose ringing stays invisible in photographs. */
const LANCZOS_LOBES = 3;

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

/** Converts and resamples (Lanczos-3) a picture to a square texture of the given side. */
export function textureOf({ width, height, rgba }: Picture, side: number): Texture {
  const across = tapsFor(width, side);
  const down = tapsFor(height, side);
  const layOut = (start: number) => {
    const room = allocator(start);
    const taps = ({ indices, weights }: Taps) => ({
      indices: room.take(indices.byteLength),
      weights: room.take(weights.byteLength),
    });
    const at = {
      rgba: room.take(rgba.length),
      yuv: room.take(width * height * 16),
      across: taps(across),
      down: taps(down),
      wide: room.take(side * height * 16),
      texels: room.take(side * side * 4),
    };
    return { at, end: room.end };
  };
  const { exports, memory, start } = textureKernel(layOut(0).end);
  const { at } = layOut(start);
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(rgba, at.rgba);
  for (const [{ indices, weights }, place] of [
    [across, at.across],
    [down, at.down],
  ] as const) {
    new Int32Array(memory.buffer, place.indices, indices.length).set(indices);
    new Float32Array(memory.buffer, place.weights, weights.length).set(weights);
  }
  exports.toYuv(at.rgba, width * height, at.yuv);
  const { indices, weights } = at.across;
  exports.resample(at.yuv, width, height, side, indices, weights, across.count, at.wide);
  const to = { ...at.down, count: down.count };
  exports.resampleToBytes(at.wide, height, side, side, to.indices, to.weights, to.count, at.texels);
  return { side, texels: bytes.slice(at.texels, at.texels + side * side * 4) };
}

/** Says in its fourth bytes that all of a texture covers what is behind it. */
export function coverAll({ side, texels }: Texture): void {
  const all = new Uint32Array(texels.buffer, texels.byteOffset, side * side);
  for (let i = 0; i < all.length; i++) all[i]! |= 0xff000000;
}

/** The same picture at half the side: what a smaller output samples without aliasing. */
export function halved({ side, texels }: Texture): Texture {
  const half = side >> 1;
  const { exports, memory, start } = textureKernel(texels.length + half * half * 4);
  const target = start + texels.length;
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(texels, start);
  exports.halve(start, side, target);
  return { side: half, texels: bytes.slice(target, target + half * half * 4) };
}
