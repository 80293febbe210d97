import { FACE_SHEET } from '../../../../src/pipeline/landmark/skin/face-sheet.ts';
import type { SheetMap } from '../../../../src/pipeline/landmark/skin/sheet-map.ts';
import { SKIN_BLURS } from '../../../../src/pipeline/landmark/skin/skin-blurs.ts';
import type { CameraFrame } from '../../../../src/pipeline/picture.ts';

/** What the skin kernel computes, written down plainly: planes are changed in place. */

const { cells, triangles, skin, width, height } = FACE_SHEET;

export const plane = (): Float32Array => new Float32Array(width * height);

/** A plane blurred: what lies outside it counts as zero, which it is around its middle. */
function blurred(from: Float32Array, taps: Float32Array): Float32Array {
  const pass = (source: Float32Array, step: number) => {
    const into = plane();
    for (let at = 0; at < source.length; at++) {
      let sum = taps[0]! * source[at]!;
      for (let k = 1; k < taps.length; k++)
        sum += taps[k]! * ((source[at - k * step] ?? 0) + (source[at + k * step] ?? 0));
      into[at] = sum;
    }
    return into;
  };
  return pass(pass(from, 1), width);
}

/** The mean luma of each cell: of the pixels at a grid of places in it. */
export function luma(frame: CameraFrame, { affine }: SheetMap, taps: number): Float32Array {
  const into = plane();
  const step = 1 / taps;
  const within = (value: number, end: number) => Math.min(end - 1, Math.max(0, Math.floor(value)));
  cells.forEach((at, c) => {
    const [xx, xy, x0, yx, yy, y0] = affine.subarray(6 * triangles[c]!, 6 * triangles[c]! + 6);
    for (let j = 0; j < taps; j++) {
      for (let i = 0; i < taps; i++) {
        const cx = (at % width) + (i + 0.5) * step - 0.5;
        const cy = Math.floor(at / width) + (j + 0.5) * step - 0.5;
        const px = within(xx! * cx + xy! * cy + x0!, frame.width);
        const py = within(yx! * cx + yy! * cy + y0!, frame.height);
        into[at]! += frame.y[py * frame.strideY + px]! * step * step;
      }
    }
  });
  return into;
}

/** Luma, less its mean around, over its contrast around. */
export function pattern(from: Float32Array, noise: number): Float32Array {
  const face = plane();
  for (const at of cells) face[at] = 1;
  const mean = blurred(from, SKIN_BLURS.light);
  const lightCover = blurred(face, SKIN_BLURS.light);
  const value = plane();
  for (const at of cells) value[at] = from[at]! - mean[at]! / lightCover[at]!;
  const squares = blurred(
    value.map((v) => v * v),
    SKIN_BLURS.contrast,
  );
  const contrastCover = blurred(face, SKIN_BLURS.contrast);
  for (const at of cells) value[at]! /= Math.sqrt(squares[at]! / contrastCover[at]!) + noise;
  return value;
}

export interface PlainFlow {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** A pattern where its skin is: as if it lay where the mesh has it. */
export function moved(now: Float32Array, { x, y }: PlainFlow, share: number): Float32Array {
  const into = plane();
  for (const at of cells) {
    const column = (at % width) + share * x[at]!;
    const row = Math.floor(at / width) + share * y[at]!;
    const p = Math.floor(row) * width + Math.floor(column);
    const a = column - Math.floor(column);
    const b = row - Math.floor(row);
    into[at] =
      (1 - b) * ((1 - a) * now[p]! + a * now[p + 1]!) +
      b * ((1 - a) * now[p + width]! + a * now[p + width + 1]!);
  }
  return into;
}

export interface PlainSkin {
  readonly pattern: Float32Array;
  readonly known: Float32Array;
}

/** One step of the flow; returns the correlation. */
export function follow(
  flow: PlainFlow,
  { pattern: known, known: knownness }: PlainSkin,
  now: Float32Array,
  seen: Float32Array,
  { outlier, still, most }: { outlier: number; still: number; most: number },
): number {
  const here = moved(now, flow, 1);
  const [xx, xy, yy, xt, yt] = [plane(), plane(), plane(), plane(), plane()];
  let [both, one, other] = [0, 0, 0];
  cells.forEach((at, c) => {
    const trust = skin[c]! * seen[at]! * knownness[at]!;
    const slope = (step: number) =>
      (here[at + step]! - here[at - step]! + known[at + step]! - known[at - step]!) / 4;
    const [gx, gy] = [slope(1), slope(width)];
    const off = here[at]! - known[at]!;
    both += trust * here[at]! * known[at]!;
    one += trust * here[at]! ** 2;
    other += trust * known[at]! ** 2;
    const w = trust / (1 + (off / outlier) ** 2);
    const rest = off - gx * flow.x[at]! - gy * flow.y[at]!;
    xx[at] = w * gx * gx;
    xy[at] = w * gx * gy;
    yy[at] = w * gy * gy;
    xt[at] = w * gx * rest;
    yt[at] = w * gy * rest;
  });
  const [bxx, bxy, byy, bxt, byt] = [xx, xy, yy, xt, yt].map((sum) =>
    blurred(sum, SKIN_BLURS.flow),
  );
  for (const at of cells) {
    const [a, b, d] = [bxx![at]! + still, bxy![at]!, byy![at]! + still];
    const det = a * d - b * b;
    const x = (b * byt![at]! - d * bxt![at]!) / det;
    const y = (b * bxt![at]! - a * byt![at]!) / det;
    const kept = Math.min(1, most / Math.max(Math.hypot(x, y), 1e-9));
    flow.x[at] = kept * x;
    flow.y[at] = kept * y;
  }
  return both / Math.sqrt(one * other);
}

/** What is seen joins what is known. */
export function remember(
  { pattern: known, known: knownness }: PlainSkin,
  back: Float32Array,
  seen: Float32Array,
  all: number,
): void {
  for (const at of cells) {
    if (seen[at] === 0) continue;
    const frames = knownness[at]! * all;
    known[at]! += (seen[at]! / (frames + seen[at]!)) * (back[at]! - known[at]!);
    knownness[at] = Math.min(1, (frames + seen[at]!) / all);
  }
}
