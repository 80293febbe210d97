import type { Picture, Px } from '../../picture.ts';
import { KernelSpace } from './kernel-space.ts';
import { inParts, textureKernel } from './texture-kernel.io.ts';

/**
 * A square picture as the kernels sample it: 4 bytes a texel (Y, U, V, how much it covers), BT.601 limited range,
 * row-major. YUV from the start, so that no frame pays for a colour conversion.
 */
export interface Texture {
  readonly side: number;
  readonly texels: Uint8Array;
}

/** A texture in the kernels' memory, with room for one replicated texel all round. */
export interface TextureLevel {
  /** Offset of the first texel. */
  readonly at: number;
  readonly side: number;
}

/** Bytes from one of its rows to the next. */
export function strideOf(side: Px): number {
  return (side + 2) * 4;
}

/** A copy of one texture, without the texels around it. */
export function textureAt(memory: WebAssembly.Memory, { at, side }: TextureLevel): Texture {
  const bytes = new Uint8Array(memory.buffer);
  const texels = new Uint8Array(side * side * 4);
  for (let y = 0; y < side; y++) {
    const row = at + y * strideOf(side);
    texels.set(bytes.subarray(row, row + side * 4), y * side * 4);
  }
  return { side, texels };
}

/** Copies a texture over another of its side, but for the texels around it. */
export function copyTexture(
  from: TextureLevel,
  to: TextureLevel,
  memory: WebAssembly.Memory,
): void {
  const bytes = strideOf(from.side) * from.side - 8;
  new Uint8Array(memory.buffer).copyWithin(to.at, from.at, from.at + bytes);
}

/** Three lobes: the sharpest common kernel whose ringing stays invisible in photographs. */
const LANCZOS_LOBES = 3;
/** Of a weight, as the kernel takes it. */
const WHOLE = 32_768;
const MOST = WHOLE - 1;

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LANCZOS_LOBES) return 0;
  const a = Math.PI * x;
  return (LANCZOS_LOBES * Math.sin(a) * Math.sin(a / LANCZOS_LOBES)) / (a * a);
}

interface Taps {
  readonly count: number;
  readonly rows: Int32Array;
  readonly weights: Int16Array;
}

/** Those of the pictures before: an identity's are of one size. */
const known = new Map<string, Taps>();
const MOST_KNOWN = 8;

function tapsFor(source: Px, target: Px, line: number): Taps {
  const key = `${source} ${target} ${line}`;
  const taps = known.get(key) ?? newTaps(source, target, line);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, taps);
  return taps;
}

/**
 * Which source samples make a target sample, edges replicated, and how much of each.
 * @param line bytes between two of the source.
 */
function newTaps(source: Px, target: Px, line: number): Taps {
  const step = source / target;
  const stretch = Math.max(1, step);
  const reach = LANCZOS_LOBES * stretch;
  const found = Array.from({ length: target }, (_, t) => {
    const centre = (t + 0.5) * step - 0.5;
    const first = Math.floor(centre - reach) + 1;
    const shares: number[] = [];
    for (let at = first; at < centre + reach; at++) shares.push(lanczos((at - centre) / stretch));
    return { first, weights: wholeWeights(shares) };
  });
  const count = Math.max(...found.map(({ weights }) => weights.length));
  const rows = new Int32Array(target * count);
  const weights = new Int16Array(target * count);
  found.forEach((tap, t) => {
    weights.set(tap.weights, t * count);
    for (let k = 0; k < count; k++) {
      rows[t * count + k] = Math.min(source - 1, Math.max(0, tap.first + k)) * line;
    }
  });
  return { count, rows, weights };
}

/** Whole numbers in the ratio of some, that sum to {@link WHOLE}, as far as the largest of them can. */
function wholeWeights(shares: readonly number[]): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  const weights = shares.map((share) => Math.round((share / sum) * WHOLE));
  const largest = weights.indexOf(Math.max(...weights));
  const rest = WHOLE - weights.reduce((a, b) => a + b, 0);
  weights[largest] = Math.min(MOST, weights[largest]! + rest);
  return weights;
}

/** Bytes of a row of a picture of four i16 a pixel: one more cache line, so that rows do not push each other out. */
const lineOf = (pixels: Px): number => pixels * 8 + 64;

/**
 * Converts and resamples (Lanczos-3) a picture to a square texture, which covers nothing yet.
 * @param picture at least eight pixels wide and high. @param level its side a multiple of eight.
 * @throws UnderstudyError `render_memory_full`
 */
export function drawTexture(
  { width, height, rgba }: Picture,
  { at: texels, side }: TextureLevel,
  memory: WebAssembly.Memory,
): void {
  const down = tapsFor(height, side, lineOf(width));
  const across = tapsFor(width, side, lineOf(side));
  const kernel = textureKernel(memory);
  new KernelSpace(memory).borrow(
    (room) => ({
      rgba: room.take(rgba.length),
      wide: room.take(height * lineOf(width)),
      turned: room.take(width * lineOf(side)),
      taps: [down, across].map(({ rows, weights }) => ({
        rows: room.take(rows.byteLength),
        weights: room.take(weights.byteLength),
      })),
    }),
    (at) => {
      const { buffer } = memory;
      new Uint8Array(buffer).set(rgba, at.rgba);
      for (const [k, { rows, weights }] of [down, across].entries()) {
        new Int32Array(buffer, at.taps[k]!.rows, rows.length).set(rows);
        new Int16Array(buffer, at.taps[k]!.weights, weights.length).set(weights);
      }
      for (let y = 0; y < height; y++) {
        kernel.toYuv(at.rgba + y * width * 4, width, at.wide + y * lineOf(width));
      }
      const [first, second] = at.taps as [(typeof at.taps)[0], (typeof at.taps)[0]];
      inParts(width, (from, to) => {
        const target = [at.turned, lineOf(side), from, to] as const;
        kernel.resample(at.wide, width, side, first.rows, first.weights, down.count, ...target);
      });
      inParts(side, (from, to) => {
        const target = [texels, strideOf(side), from, to] as const;
        const { rows, weights } = second;
        kernel.resampleToBytes(at.turned, side, side, rows, weights, across.count, ...target);
      });
    },
  );
}
