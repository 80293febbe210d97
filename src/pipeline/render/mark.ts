import type { AvatarFrame } from '../picture.ts';

/**
 * The visible mark of a synthetic picture: a dark, rounded badge that reads "AI" in white, with a light
 * rim, so that it stands out from any background. In every frame's lower right corner.
 */

/** Of the picture's side: the smallest badge whose letters survive a video encoder at 256 pixels. */
const HEIGHT = 0.052;
const WIDTH = 0.078;
const MARGIN = 0.022;
const MIN_HEIGHT = 12;
const STROKE = 0.13;
const BADGE_LUMA = 30;
const LETTER_LUMA = 228;
const BADGE_ALPHA = 0.72;
const RIM_ALPHA = 0.5;

type Segment = readonly [x0: number, y0: number, x1: number, y1: number];

/** "AI" as strokes, in heights of the badge, its centre at the origin. */
const LETTERS: readonly Segment[] = [
  [-0.43, 0.26, -0.18, -0.26],
  [-0.18, -0.26, 0.07, 0.26],
  [-0.33, 0.09, -0.03, 0.09],
  [0.35, -0.26, 0.35, 0.26],
];

/** Ready to lay over frames of one size: first `alpha`, then the luma; chroma goes to grey. */
export interface Mark {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly alpha: Float32Array;
  readonly luma: Float32Array;
}

function distanceTo([x0, y0, x1, y1]: Segment, x: number, y: number): number {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}

/** Signed distance to a box with round corners, its centre at the origin. */
function distanceToBadge(x: number, y: number, aspect: number): number {
  const radius = 0.3;
  const qx = Math.abs(x) - (aspect / 2 - radius);
  const qy = Math.abs(y) - (0.5 - radius);
  return Math.hypot(Math.max(qx, 0), Math.max(qy, 0)) + Math.min(Math.max(qx, qy), 0) - radius;
}

/** The mark for pictures of the given side. */
export function markFor(side: number): Mark {
  const height = Math.max(MIN_HEIGHT, Math.round(side * HEIGHT));
  const width = Math.round((height * WIDTH) / HEIGHT);
  const margin = Math.max(2, Math.round(side * MARGIN));
  const alpha = new Float32Array(width * height);
  const luma = new Float32Array(width * height);
  const cover = (distance: number): number => Math.min(1, Math.max(0, 0.5 - distance * height));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = (x + 0.5 - width / 2) / height;
      const v = (y + 0.5 - height / 2) / height;
      const badge = distanceToBadge(u, v, width / height);
      const inside = cover(badge);
      const rim = inside * (1 - cover(badge + 1.2 / height));
      const stroke = Math.min(...LETTERS.map((segment) => distanceTo(segment, u, v)));
      const letter = cover(stroke - STROKE / 2);
      const white = Math.max(letter, rim * RIM_ALPHA);
      const i = y * width + x;
      alpha[i] = inside * Math.max(BADGE_ALPHA, letter);
      luma[i] = BADGE_LUMA + (LETTER_LUMA - BADGE_LUMA) * white;
    }
  }
  return { left: side - margin - width, top: side - margin - height, width, height, alpha, luma };
}

/** Lays a mark over a picture of 4 bytes a pixel (Y, U, V, unused) at `at` in `memory`. */
export function drawMark(mark: Mark, memory: Uint8Array, at: number, side: number): void {
  for (let y = 0; y < mark.height; y++) {
    for (let x = 0; x < mark.width; x++) {
      const i = y * mark.width + x;
      const alpha = mark.alpha[i]!;
      const p = at + ((mark.top + y) * side + mark.left + x) * 4;
      memory[p]! += (mark.luma[i]! - memory[p]!) * alpha;
      memory[p + 1]! += (128 - memory[p + 1]!) * alpha;
      memory[p + 2]! += (128 - memory[p + 2]!) * alpha;
    }
  }
}

/** The same over a picture in planes. */
export function markPlanes(mark: Mark, { width, y, u, v }: AvatarFrame): void {
  const { left, top } = mark;
  // Of each four pixels that share their chroma: how much of them is covered.
  const covered = new Map<number, number>();
  for (let row = 0; row < mark.height; row++) {
    for (let column = 0; column < mark.width; column++) {
      const i = row * mark.width + column;
      const alpha = mark.alpha[i]!;
      const at = (top + row) * width + left + column;
      y[at]! += (mark.luma[i]! - y[at]!) * alpha;
      const shared = ((top + row) >> 1) * (width >> 1) + ((left + column) >> 1);
      covered.set(shared, (covered.get(shared) ?? 0) + alpha / 4);
    }
  }
  for (const [at, alpha] of covered) {
    u[at]! += (128 - u[at]!) * alpha;
    v[at]! += (128 - v[at]!) * alpha;
  }
}
