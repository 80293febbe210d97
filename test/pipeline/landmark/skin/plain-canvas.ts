import { CANVAS_TRIANGLES } from '../../../../src/pipeline/landmark/skin/canvas-mesh.ts';
import {
  CANVAS_SIDE,
  type CanvasPlace,
} from '../../../../src/pipeline/landmark/skin/canvas-place.ts';
import type { CameraFrame } from '../../../../src/pipeline/picture.ts';

/** What the skin kernel reads and draws, written down plainly. */

const SIDE = CANVAS_SIDE;
/** What a triangle shows, and what no triangle covers. */
export const KIND = { none: 0, surroundings: 1, skin: 2, eye: 3, mouth: 4 } as const;

/** Pixels at the canvas' edge that nothing is drawn in. */
const EDGE = 4;
const LAST = SIDE - 1 - EDGE;

interface Tap {
  readonly at: number;
  readonly share: number;
}

/** Of each of the canvas' columns, or rows, the picture's that it is a mean of. */
function tapsAlong(middle: number, scale: number, count: number): Tap[][] {
  const reach = Math.max(1, 1 / scale);
  const step = Math.max(1, Math.floor(0.5 / scale));
  return Array.from({ length: SIDE }, (_, i) => {
    const place = middle + (i - SIDE / 2) / scale;
    const taps: Tap[] = [];
    for (let k = Math.floor(place - reach) + 1; k < place + reach; k += step) {
      const at = Math.min(count - 1, Math.max(0, k));
      taps.push({ at, share: 1 - Math.abs(k - place) / reach });
    }
    const sum = taps.reduce((total, { share }) => total + share, 0);
    return taps.map(({ at, share }) => ({ at, share: share / sum }));
  });
}

/** A frame's luma where the canvas lies in it. */
export function plainReading(frame: CameraFrame, { x, y, scale }: CanvasPlace): Float32Array {
  const columns = tapsAlong(x, scale, frame.width);
  const rows = tapsAlong(y, scale, frame.height);
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    let sum = 0;
    for (const row of rows[Math.floor(i / SIDE)]!) {
      const first = row.at * frame.strideY;
      for (const { at, share } of columns[i % SIDE]!)
        sum += row.share * share * frame.y[first + at]!;
    }
    return sum;
  });
}

/** A plane between its pixels. */
function between(plane: Float32Array, x: number, y: number): number {
  const [px, py] = [x, y].map((value) => Math.min(SIDE - 1.001, Math.max(0, value))) as [
    number,
    number,
  ];
  const [ix, iy] = [Math.floor(px), Math.floor(py)];
  const [a, b] = [px - ix, py - iy];
  const o = iy * SIDE + ix;
  const above = (1 - a) * plane[o]! + a * plane[o + 1]!;
  const below = (1 - a) * plane[o + SIDE]! + a * plane[o + SIDE + 1]!;
  return (1 - b) * above + b * below;
}

/** What covers each pixel, and where in the reference it is from. */
interface Covered {
  readonly kinds: Uint8Array;
  readonly u: Float32Array;
  readonly v: Float32Array;
}

/** The mesh's triangles whose front is seen, nearest first. @param points x, y, z. */
export function plainCover(points: Float32Array, reference: Float32Array): Covered {
  const depth = new Float32Array(SIDE * SIDE).fill(Number.POSITIVE_INFINITY);
  const kinds = new Uint8Array(SIDE * SIDE);
  const [u, v] = [new Float32Array(SIDE * SIDE), new Float32Array(SIDE * SIDE)];
  for (let t = 0; t < CANVAS_TRIANGLES.length; t += 4) {
    const [a, b, c] = [0, 1, 2].map((k) => 3 * CANVAS_TRIANGLES[t + k]!) as [
      number,
      number,
      number,
    ];
    const [ax, ay] = [points[a]!, points[a + 1]!];
    const [bx, by] = [points[b]! - ax, points[b + 1]! - ay];
    const [cx, cy] = [points[c]! - ax, points[c + 1]! - ay];
    const area = bx * cy - by * cx;
    if (area < 1e-4) continue;
    const left = Math.max(EDGE, Math.ceil(ax + Math.min(0, bx, cx)));
    const top = Math.max(EDGE, Math.ceil(ay + Math.min(0, by, cy)));
    for (let y = top; y <= LAST && y <= ay + Math.max(0, by, cy); y++) {
      for (let x = left; x <= LAST && x <= ax + Math.max(0, bx, cx); x++) {
        const second = ((x - ax) * cy - (y - ay) * cx) / area;
        const third = ((y - ay) * bx - (x - ax) * by) / area;
        const first = 1 - second - third;
        if (Math.min(first, second, third) < -1e-4) continue;
        const mixed = (of: Float32Array, k: number) =>
          first * of[a + k]! + second * of[b + k]! + third * of[c + k]!;
        const at = y * SIDE + x;
        if (mixed(points, 2) >= depth[at]!) continue;
        depth[at] = mixed(points, 2);
        kinds[at] = CANVAS_TRIANGLES[t + 3]!;
        u[at] = mixed(reference, 0);
        v[at] = mixed(reference, 1);
      }
    }
  }
  return { kinds, u, v };
}

const MOST_GAIN = 3;

/** What brings the reference's light to the frame's: the same mean and contrast over what is skin in both. */
export function plainLight(
  { kinds, u, v }: Covered,
  seen: Float32Array,
  frame: Float32Array,
): (luma: number) => number {
  const skin = [...kinds.keys()].filter((at) => kinds[at] === KIND.skin);
  const told = (value: (at: number) => number) => {
    const mean = skin.reduce((sum, at) => sum + value(at), 0) / skin.length;
    const squares = skin.reduce((sum, at) => sum + (value(at) - mean) ** 2, 0);
    return { mean, deviation: Math.sqrt(squares / skin.length) };
  };
  const here = told((at) => frame[at]!);
  const there = told((at) => between(seen, u[at]!, v[at]!));
  const ratio = there.deviation > 1 ? here.deviation / there.deviation : 1;
  const gain = Math.min(MOST_GAIN, Math.max(1 / MOST_GAIN, ratio));
  return (luma) => here.mean + gain * (luma - there.mean);
}

/** The reference as it would look in the frame. @param open 0…1: how far the mouth is. */
export function plainDrawing(
  covered: Covered,
  seen: Float32Array,
  frame: Float32Array,
  open: number,
): Float32Array {
  const { kinds, u, v } = covered;
  const lit = plainLight(covered, seen, frame);
  const inside = [...kinds.keys()].filter((at) => kinds[at] === KIND.mouth);
  const mean = inside.reduce((sum, at) => sum + frame[at]!, 0) / Math.max(inside.length, 1);
  return frame.map((value, at) => {
    const kind = kinds[at]!;
    if (kind === KIND.mouth) return value + open * (mean - value);
    const shown = kind === KIND.skin || kind === KIND.surroundings;
    return shown ? lit(between(seen, u[at]!, v[at]!)) : value;
  });
}
