import { smoothstep } from '../../smoothstep.ts';
import { CANONICAL_FACE } from '../canonical-face.ts';
import { LIPS_INNER, LIPS_OUTER, outline } from '../face-topology.ts';
import { FACE_MESH_POINTS } from '../landmarks.ts';

/**
 * How much wider a mouth has to be open than in the reference, as gap to width, for what skin says of each of its points to
 * be believed less, and no more. How its lips move and bow skin tells in any case: a picture of shut lips that is drawn over
 * open ones point by point tears.
 */
const OPENED: readonly [number, number] = [0.15, 0.35];
/**
 * How far the inner edge of a lip bows with the outer one. What the skin of shut lips tells of open ones is their outer edge;
 * how far they are apart the landmark network knows as well: of a speaker's mouth all of it follows 0.92, half 0.93, none 0.94.
 * Nearest to the truth in luma is all of it, by 0.2 dB in talking-woman's mouth over half.
 */
const INNER = 0.25;
/** Against a bow stand so many points that see none: it takes more than a few to bow a lip. */
const RELUCTANCE = 0.2;

const EDGE = outline(LIPS_OUTER);
const INSIDE = outline(LIPS_INNER);
const [RIGHT, LEFT] = [LIPS_OUTER.upper[0]!, LIPS_OUTER.upper.at(-1)!];
const [X, Y] = [0, 1] as const;
const place = (i: number, k: 0 | 1) => CANONICAL_FACE[3 * i + k]!;

/** Whether a point of the average face lies within the lips' outer edge. */
function isWithin(i: number): boolean {
  const [x, y] = [place(i, X), place(i, Y)];
  let inside = false;
  EDGE.forEach((a, n) => {
    const b = EDGE.at(n - 1)!;
    const [ax, ay, bx, by] = [place(a, X), place(a, Y), place(b, X), place(b, Y)];
    if (ay > y !== by > y && x < ax + ((bx - ax) * (y - ay)) / (by - ay)) inside = !inside;
  });
  return inside;
}

const ALL = Array.from({ length: FACE_MESH_POINTS }, (_, i) => i);
/** Points of the mesh that are the mouth's. */
export const MOUTH_POINTS: readonly number[] = [...new Set([...EDGE, ...ALL.filter(isWithin)])];

/** From one corner of the mouth, −1, to the other, 1. */
const across = (i: number) =>
  (2 * place(i, X) - place(RIGHT, X) - place(LEFT, X)) / (place(LEFT, X) - place(RIGHT, X));

/** Whether a point lies on the lower lip: nearer to that's inner edge than to the upper one's, where it is. */
function isLower(i: number): boolean {
  const away = (n: number) => Math.abs(across(LIPS_INNER.upper[n]!) - across(i));
  const beside = [...LIPS_INNER.upper.keys()].reduce((a, b) => (away(b) < away(a) ? b : a));
  const [upper, lower] = [LIPS_INNER.upper[beside]!, LIPS_INNER.lower[beside]!];
  return Math.abs(place(i, Y) - place(lower, Y)) < Math.abs(place(i, Y) - place(upper, Y));
}

/** 0 on the outer edge of the lips, 1 on the inner one. */
function inwards(i: number): number {
  const to = (edge: readonly number[]) =>
    Math.min(...edge.map((j) => Math.hypot(place(i, X) - place(j, X), place(i, Y) - place(j, Y))));
  const [outer, inner] = [to(EDGE), to(INSIDE)];
  return outer / Math.max(1e-6, outer + inner);
}

/** What lips do as one: how far they move and slant together, and each by itself, between corners that it leaves in place. */
function motionsOf(i: number): readonly number[] {
  const x = across(i);
  const bow = Math.max(0, 1 - x * x) * (1 - (1 - INNER) * inwards(i));
  const own = [bow, bow * x, bow * x * x];
  const none = own.map(() => 0);
  return [1, x, ...(isLower(i) ? [...none, ...own] : [...own, ...none])];
}

/** Of each motion what it is at all points, none like another, so that as much of each as there is can be told by itself. */
const MOTIONS = (() => {
  const points = MOUTH_POINTS.map(motionsOf);
  const together = 2;
  const motions: number[][] = [];
  for (let m = 0; m < points[0]!.length; m++) {
    // Behind the points stand those that see no bow.
    const against = points[0]!.map((_, n) =>
      n === m && m >= together ? Math.sqrt(RELUCTANCE) : 0,
    );
    const own = [...points.map((motion) => motion[m]!), ...against];
    for (const other of motions) {
      const like = own.reduce((sum, value, n) => sum + value * other[n]!, 0);
      other.forEach((value, n) => {
        own[n]! -= like * value;
      });
    }
    const length = Math.hypot(...own);
    motions.push(own.map((value) => value / length));
  }
  return motions;
})();

/**
 * Has lips move the more as two bows the farther they are apart.
 * @param off x and y of each point of the mesh; those of the mouth are changed. @param opened by how much more, or less.
 */
export function steadyLips(off: Float32Array, opened: number): void {
  const own = 1 - smoothstep(...OPENED, opened);
  if (own === 1) return;
  for (const k of [X, Y]) {
    const shares = MOTIONS.map((motion) =>
      MOUTH_POINTS.reduce((sum, i, n) => sum + off[2 * i + k]! * motion[n]!, 0),
    );
    MOUTH_POINTS.forEach((i, n) => {
      const bowed = MOTIONS.reduce((sum, motion, m) => sum + shares[m]! * motion[n]!, 0);
      off[2 * i + k] = bowed + own * (off[2 * i + k]! - bowed);
    });
  }
}
