import { smoothstep } from '../../smoothstep.ts';
import { EYES, LIPS_OUTER, outline } from '../face-topology.ts';
import { FACE_MESH_POINTS } from '../landmarks.ts';
import { beyond, FACE_SHEET } from './face-sheet.ts';

/** Points of the mesh that keep their shape, and what each of them says of how they move as one. */
interface Feature {
  readonly points: readonly number[];
  /** Of each point, from the middle of all, in cells. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** By least squares: shares of each point's motion in how motion grows along x and along y. */
  readonly alongX: readonly number[];
  readonly alongY: readonly number[];
}

function featureOf(points: readonly number[]): Feature {
  const { places } = FACE_SHEET;
  const middle = (k: 0 | 1) =>
    points.reduce((sum, i) => sum + places[2 * i + k]!, 0) / points.length;
  const [mx, my] = [middle(0), middle(1)];
  const x = points.map((i) => places[2 * i]! - mx);
  const y = points.map((i) => places[2 * i + 1]! - my);
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, n) => sum + value * b[n]!, 0);
  const [xx, xy, yy] = [dot(x, x), dot(x, y), dot(y, y)];
  const det = xx * yy - xy * xy;
  return {
    points,
    x,
    y,
    alongX: points.map((_, n) => (yy * x[n]! - xy * y[n]!) / det),
    alongY: points.map((_, n) => (xx * y[n]! - xy * x[n]!) / det),
  };
}

/** The contour's points and all within it. */
function pointsWithin(contour: readonly number[]): number[] {
  const { places } = FACE_SHEET;
  const edge = contour.map((i) => [places[2 * i]!, places[2 * i + 1]!] as const);
  const inner = Array.from({ length: FACE_MESH_POINTS }, (_, i) => i).filter(
    (i) => beyond(edge, [places[2 * i]!, places[2 * i + 1]!]) < 0,
  );
  return [...new Set([...contour, ...inner])];
}

/** The mouth, and each eye. */
const FEATURES: readonly Feature[] = [outline(LIPS_OUTER), ...EYES.map(outline)].map((contour) =>
  featureOf(pointsWithin(contour)),
);

/** Which points of the mesh belong to one of them. */
export const FEATURE_POINTS: ReadonlySet<number> = new Set(
  FEATURES.flatMap(({ points }) => points),
);

const WHOLE = featureOf(Array.from({ length: FACE_MESH_POINTS }, (_, i) => i));

/**
 * How a face goes on in the picture along the sheet, by x and by y: x, y, z each, in pixels a cell. The mesh within a feature
 * does not tell: an open mouth is stretched over what is no skin.
 */
export function faceGradient(points: Float32Array): readonly [byX: number[], byY: number[]] {
  const along = (shares: readonly number[]) =>
    [0, 1, 2].map((k) => shares.reduce((sum, share, i) => sum + share * points[3 * i + k]!, 0));
  return [along(WHOLE.alongX), along(WHOLE.alongY)];
}

/** Middles of the inner lips, and corners of the mouth. */
const [UPPER, LOWER, RIGHT, LEFT] = [13, 14, 61, 291] as const;
/** Gap between the lips to the mouth's width: from the first on skin around it is stretched so that it misleads, wholly from the second. */
const OPEN: readonly [number, number] = [0.1, 0.35];

/** 0…1: how far what skin says of the mouth's shape is believed. */
function mouthTrust(points: Float32Array): number {
  const apart = (a: number, b: number) =>
    Math.hypot(points[3 * a]! - points[3 * b]!, points[3 * a + 1]! - points[3 * b + 1]!);
  return 1 - smoothstep(...OPEN, apart(UPPER, LOWER) / Math.max(apart(RIGHT, LEFT), 1e-3));
}

/**
 * Has lips and lids move as wholes: what they are shaped like the landmark network knows, where they are the skin does.
 * @param motion of each point of the mesh, x and y in cells; changed in place.
 * @param face the points themselves, x, y, z.
 */
export function asWholes(motion: Float32Array, face: Float32Array): void {
  const mouth = mouthTrust(face);
  FEATURES.forEach(({ points, x, y, alongX, alongY }, f) => {
    const trust = f === 0 ? mouth : 1;
    for (const k of [0, 1]) {
      let [mean, gx, gy] = [0, 0, 0];
      points.forEach((i, n) => {
        const value = motion[2 * i + k]!;
        mean += value / points.length;
        gx += value * alongX[n]!;
        gy += value * alongY[n]!;
      });
      points.forEach((i, n) => {
        motion[2 * i + k] = mean + trust * (gx * x[n]! + gy * y[n]!);
      });
    }
  });
}
