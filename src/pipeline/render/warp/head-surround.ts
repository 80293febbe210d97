import { smoothstep } from './canvas.ts';
import { type HeadMotion, moveByHead } from './head-motion.ts';
import { FACE_OVAL } from './mesh-contours.ts';

/**
 * Everything around the face: rings of vertices from the face's oval out to the picture's border.
 * Near the face they follow it, farther out the rigid head (hair, ears, neck), then less and less
 * (shoulders), and the border stands still, so that the background does.
 */

/** Distances of the rings in multiples of the oval's own, from its centroid. */
const RING_RATIOS = [1.12, 1.26, 1.42, 1.62, 1.9, 2.3];
/** How much of the head's motion is left at such a distance; between, linear; beyond, zero at 3. */
const FOLLOW: readonly (readonly [ratio: number, share: number])[] = [
  [1, 1],
  [1.4, 0.85],
  [1.9, 0.35],
  [2.3, 0.15],
  [3, 0],
];
/** From this distance on only the rigid head counts, not the oval's own point (jaw, cheeks). */
const RIGID_FROM = 1.42;
/** The head's outline is round: seen from the front it hardly moves when the head turns. Share of the turn kept far out. */
const TURN_SHARE = 0.35;
/**
 * On the side that a turned head shows more of, ear, hair and neck come out with the cheek, else the
 * jaw would bulge over them: wholly so where the outline moves out by this share of its own distance.
 */
const COMES_OUT_AT = 0.12;
/** Rings stay this share of the way to the border when the face nearly fills the picture. */
const BORDER_ROOM = 0.85;

const RINGS = RING_RATIOS.length + 1;
const SPOKES = FACE_OVAL.length;
export const SURROUND_VERTICES = RINGS * SPOKES;

function share(ratio: number): number {
  for (let i = 1; i < FOLLOW.length; i++) {
    const [to, b] = FOLLOW[i]!;
    const [from, a] = FOLLOW[i - 1]!;
    if (ratio <= to) return a + ((b - a) * (ratio - from)) / (to - from);
  }
  return 0;
}

/** The rings of one example: built once, moved each frame. Coordinates are fractions of the side. */
export interface Surround {
  /** x, y, z of each vertex; the ring next to the face first. */
  readonly rest: Float32Array;
  /** Share of the motion each vertex follows. */
  readonly follow: Float32Array;
  /** 0 at the oval, 1 where only the rigid head counts. */
  readonly rigid: Float32Array;
  /** Depth of the oval's point on each spoke. */
  readonly outline: Float32Array;
}

/** @param points the example's face, x, y, z interleaved. */
export function surroundOf(points: Float32Array): Surround {
  const centre = [0, 0, 0];
  for (const i of FACE_OVAL) for (let k = 0; k < 3; k++) centre[k]! += points[3 * i + k]! / SPOKES;
  const [cx, cy, cz] = centre as [number, number, number];
  const rest = new Float32Array(SURROUND_VERTICES * 3);
  const follow = new Float32Array(SURROUND_VERTICES);
  const rigid = new Float32Array(SURROUND_VERTICES);
  const outline = Float32Array.from(FACE_OVAL, (i) => points[3 * i + 2]!);
  FACE_OVAL.forEach((i, spoke) => {
    const dx = points[3 * i]! - cx;
    const dy = points[3 * i + 1]! - cy;
    const toBorderX = dx > 0 ? (1 - cx) / dx : dx < 0 ? -cx / dx : Number.POSITIVE_INFINITY;
    const toBorderY = dy > 0 ? (1 - cy) / dy : dy < 0 ? -cy / dy : Number.POSITIVE_INFINITY;
    const border = Math.max(1.001, Math.min(toBorderX, toBorderY));
    const widest = RING_RATIOS[RING_RATIOS.length - 1]!;
    const squeeze = Math.min(1, ((border - 1) * BORDER_ROOM) / (widest - 1));
    for (let ring = 0; ring < RINGS; ring++) {
      const v = ring * SPOKES + spoke;
      const outermost = ring === RINGS - 1;
      const ratio = outermost ? border : 1 + (RING_RATIOS[ring]! - 1) * squeeze;
      const t = Math.min(1, (ratio - 1) / (RIGID_FROM - 1));
      rest[3 * v] = cx + dx * ratio;
      rest[3 * v + 1] = cy + dy * ratio;
      rest[3 * v + 2] = points[3 * i + 2]! * (1 - t) + cz * t;
      follow[v] = outermost
        ? 0
        : Math.min(share(ratio), share(1 + (RING_RATIOS[ring]! - 1)) + (1 - squeeze));
      rigid[v] = t;
    }
  });
  return { rest, follow, rigid, outline };
}

/**
 * Where the rings stand now.
 * @param before the example's face; @param after the same face now; @param out x, y, z a vertex.
 */
export function moveSurround(
  surround: Surround,
  motion: HeadMotion,
  before: Float32Array,
  after: Float32Array,
  out: Float32Array,
): void {
  const { rest, follow, rigid, outline } = surround;
  const turned = new Float64Array(3);
  const { rotation: r, scale } = motion;
  // The turn seen in the picture plane alone: roll.
  const roll = Math.atan2(r[3]! - r[1]!, r[0]! + r[4]!);
  const cos = Math.cos(roll) * scale;
  const sin = Math.sin(roll) * scale;
  const centre = headCentre(before);
  moveByHead(motion, centre[0], centre[1], centre[2], turned);
  const flat = [turned[0]!, turned[1]!] as const;
  for (let v = 0; v < SURROUND_VERTICES; v++) {
    const i = FACE_OVAL[v % SPOKES]!;
    const x = rest[3 * v]!;
    const y = rest[3 * v + 1]!;
    const z = rest[3 * v + 2]!;
    const t = rigid[v]!;
    const a = x - centre[0];
    const b = y - centre[1];
    const flatX = flat[0] + cos * a - sin * b;
    const flatY = flat[1] + sin * a + cos * b;
    moveByHead(motion, x, y, outline[v % SPOKES]!, turned);
    const outwards =
      ((turned[0]! - flatX) * (flatX - flat[0]) + (turned[1]! - flatY) * (flatY - flat[1])) /
      ((flatX - flat[0]) ** 2 + (flatY - flat[1]) ** 2 + 1e-9);
    const near = smoothstep(0, COMES_OUT_AT, outwards);
    moveByHead(motion, x, y, z + (outline[v % SPOKES]! - z) * near, turned);
    const turn = 1 - t * (1 - TURN_SHARE) * (1 - near);
    const rigidX = turned[0]! * turn + flatX * (1 - turn);
    const rigidY = turned[1]! * turn + flatY * (1 - turn);
    const dx = (rigidX - x) * t + (after[3 * i]! - before[3 * i]!) * (1 - t);
    const dy = (rigidY - y) * t + (after[3 * i + 1]! - before[3 * i + 1]!) * (1 - t);
    out[3 * v] = x + dx * follow[v]!;
    out[3 * v + 1] = y + dy * follow[v]!;
    out[3 * v + 2] = z;
  }
}

/** The middle of the head: level with the ears, behind the face's outline. */
function headCentre(points: Float32Array): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  for (const i of FACE_OVAL) for (let k = 0; k < 3; k++) sum[k]! += points[3 * i + k]! / SPOKES;
  return sum;
}

/** Triangles between the oval and the rings; vertex numbers from `first` on, the oval's as in the face. */
export function surroundTriangles(first: number): number[] {
  const triangles: number[] = [];
  for (let ring = 0; ring < RINGS; ring++) {
    for (let spoke = 0; spoke < SPOKES; spoke++) {
      const next = (spoke + 1) % SPOKES;
      const inner = (s: number): number =>
        ring === 0 ? FACE_OVAL[s]! : first + (ring - 1) * SPOKES + s;
      const outer = (s: number): number => first + ring * SPOKES + s;
      triangles.push(
        inner(spoke),
        outer(spoke),
        outer(next),
        inner(spoke),
        outer(next),
        inner(next),
      );
    }
  }
  return triangles;
}
