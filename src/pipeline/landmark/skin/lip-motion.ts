import { smoothstep } from '../../smoothstep.ts';
import { CANONICAL_FACE } from '../canonical-face.ts';
import { LIPS_OUTER, outline } from '../face-topology.ts';
import { FACE_MESH_POINTS } from '../landmarks.ts';

/**
 * How much wider a mouth has to be open than in the reference, as gap to width, for what skin says of each of its points to
 * be believed less, and no more; and of how it grows and shears as a whole. Where it is, skin tells in any case: what a
 * landmark network knows best is the shape of wide open mouths, and a picture of shut lips tears when it is drawn over them.
 */
const OWN: readonly [number, number] = [0.15, 0.35];
const WHOLE: readonly [number, number] = [0.25, 0.5];

const EDGE = outline(LIPS_OUTER);
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

const sum = (of: (n: number) => number) => MOUTH_POINTS.reduce((total, _, n) => total + of(n), 0);
const fromMiddle = (k: 0 | 1) => {
  const middle = sum((n) => place(MOUTH_POINTS[n]!, k)) / MOUTH_POINTS.length;
  return MOUTH_POINTS.map((i) => place(i, k) - middle);
};
const [ACROSS, DOWN] = [fromMiddle(X), fromMiddle(Y)];
const [XX, XY, YY] = [
  sum((n) => ACROSS[n]! ** 2),
  sum((n) => ACROSS[n]! * DOWN[n]!),
  sum((n) => DOWN[n]! ** 2),
];
const DETERMINANT = XX * YY - XY * XY;

/**
 * Has lips move the more as a whole the farther they are apart.
 * @param off x and y of each point of the mesh; those of the mouth are changed. @param opened by how much more, or less.
 */
export function steadyLips(off: Float32Array, opened: number): void {
  const own = 1 - smoothstep(...OWN, opened);
  const whole = 1 - smoothstep(...WHOLE, opened);
  if (own === 1) return;
  for (const k of [X, Y]) {
    const value = (n: number) => off[2 * MOUTH_POINTS[n]! + k]!;
    const mean = sum(value) / MOUTH_POINTS.length;
    const [x, y] = [sum((n) => value(n) * ACROSS[n]!), sum((n) => value(n) * DOWN[n]!)];
    const across = (YY * x - XY * y) / DETERMINANT;
    const down = (XX * y - XY * x) / DETERMINANT;
    MOUTH_POINTS.forEach((i, n) => {
      const grown = across * ACROSS[n]! + down * DOWN[n]!;
      const rest = off[2 * i + k]! - mean - grown;
      off[2 * i + k] = mean + whole * grown + own * rest;
    });
  }
}
