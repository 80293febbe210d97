import { MASK_SIDE, type PersonMask } from '../../landmark/person-mask.ts';
import { smoothstep } from './canvas.ts';
import { guidedFilter } from './guided-filter.ts';
import { halvedPlane } from './half-plane.ts';
import { FACE_OVAL } from './mesh-contours.ts';

/** How far the mask's edges may be from those of the picture, in its cells. */
const REACH = 3;
/** Variance of luma, 0…1 squared, of an edge that is worth following. */
const SMOOTH = 1e-4;
/** What the network half believes in is drawn with the head: a lock of hair left behind looks worse than a piece of wall taken along. */
const PERSON_FROM = 0.05;
const PERSON_TO = 0.65;
/**
 * From the chin down all moves with the mesh, which moves shoulders little, and there masks are often torn: from and to
 * here, in heights of the face below the chin.
 */
const BODY_FROM = -0.05;
const BODY_TO = 0.2;
/** A mask that leaves out more of the very face, on average, says nothing of what is around it. */
const LEAST_FACE = 0.8;
/** The forehead's upper end and the chin. */
const [FOREHEAD, CHIN] = [10, 152];

/** What of a picture moves with its head. */
export interface HeadMatte {
  /** side² shares, 0 the background … 1. */
  readonly side: number;
  readonly head: Float32Array;
  /**
   * The same at half the side, without the rule for what is below the chin: where it is 0, the picture shows the
   * background itself.
   */
  readonly person: Float32Array;
}

/**
 * @param luma side² of the picture, 0…1; @param mask in sides of it; @param points of the face, x, y, z interleaved, in sides.
 * @returns undefined where the mask does not hold the face: a drawing, say, that the network takes for no person.
 */
export function headMatte(
  luma: Float32Array,
  side: number,
  mask: PersonMask,
  points: Float32Array,
): HeadMatte | undefined {
  const half = side >> 1;
  const coarse = new Float32Array(half * half);
  const cell = MASK_SIDE / (mask.side * half);
  for (let y = 0; y < half; y++) {
    const v = (y + 0.5 - mask.top * half) * cell;
    for (let x = 0; x < half; x++) {
      coarse[y * half + x] = maskAt(mask, (x + 0.5 - mask.left * half) * cell, v);
    }
  }
  if (meanWithin(coarse, half, faceRows(points, half)) < LEAST_FACE) return undefined;
  const radius = Math.max(2, Math.round(REACH / cell));
  const head = guidedFilter(luma, halvedPlane(luma, side), coarse, side, {
    radius,
    smooth: SMOOTH,
  });
  for (let i = 0; i < head.length; i++) {
    head[i] = Math.min(1, Math.max(0, (head[i]! - PERSON_FROM) / (PERSON_TO - PERSON_FROM)));
  }
  for (const [y, { from, to }] of faceRows(points, side)) {
    head.fill(1, y * side + from, y * side + to + 1);
  }
  const person = halvedPlane(head, side);
  const chin = points[3 * CHIN + 1]! * side;
  const height = chin - points[3 * FOREHEAD + 1]! * side;
  for (let y = 0; y < side; y++) {
    const body = smoothstep(BODY_FROM, BODY_TO, (y - chin) / height);
    if (body === 0) continue;
    for (let i = y * side; i < (y + 1) * side; i++) head[i] = Math.max(head[i]!, body);
  }
  return { side, head, person };
}

/** Bilinear, 0…1; nobody is beyond it. */
function maskAt({ cells }: PersonMask, u: number, v: number): number {
  const last = MASK_SIDE - 1;
  if (u <= 0 || v <= 0 || u >= last || v >= last) return 0;
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const [fx, fy] = [u - left, v - top];
  const at = top * MASK_SIDE + left;
  const upper = cells[at]! * (1 - fx) + cells[at + 1]! * fx;
  const lower = cells[at + MASK_SIDE]! * (1 - fx) + cells[at + MASK_SIDE + 1]! * fx;
  return (upper * (1 - fy) + lower * fy) / 255;
}

type Rows = Map<number, { from: number; to: number }>;

/** The rows of pixels that the face's oval covers. */
function faceRows(points: Float32Array, side: number): Rows {
  const rows: Rows = new Map();
  FACE_OVAL.forEach((i, k) => {
    const j = FACE_OVAL[(k + 1) % FACE_OVAL.length]!;
    const [ax, ay] = [points[3 * i]! * side, points[3 * i + 1]! * side];
    const [bx, by] = [points[3 * j]! * side, points[3 * j + 1]! * side];
    const first = Math.max(0, Math.ceil(Math.min(ay, by)));
    const last = Math.min(side - 1, Math.floor(Math.max(ay, by)));
    for (let y = first; y <= last; y++) {
      const x = by === ay ? ax : ax + ((bx - ax) * (y - ay)) / (by - ay);
      const at = Math.min(side - 1, Math.max(0, Math.round(x)));
      const row = rows.get(y);
      rows.set(y, { from: Math.min(at, row?.from ?? at), to: Math.max(at, row?.to ?? at) });
    }
  });
  return rows;
}

function meanWithin(plane: Float32Array, side: number, rows: Rows): number {
  let [sum, count] = [0, 0];
  for (const [y, { from, to }] of rows) {
    for (let x = from; x <= to; x++) sum += plane[y * side + x]!;
    count += to - from + 1;
  }
  return count > 0 ? sum / count : 0;
}
