import { FACE_OVAL } from '../../landmark/face-topology.ts';
import { smoothstep } from '../../smoothstep.ts';
import { outlineReach, ovalMiddle } from './face-outline.ts';
import { type HeadMotion, moveByHead } from './head-motion.ts';
import { BEFORE_EARS } from './mesh-contours.ts';

/**
 * Everything around the face: rings of vertices from where the face ends, as it is seen, out to the picture's border.
 * Near the face they follow it, farther out the rigid head (hair, ears, neck), then less and less
 * (shoulders), and the border stands still, so that the background does.
 */

/** Distances of the rings in multiples of the oval's own, from its centroid; as much more where the face hides its oval. */
const RING_RATIOS = [1, 1.12, 1.26, 1.42, 1.62, 1.9, 2.3];
/** How much of the head's motion is left at such a distance; between, linear; beyond, zero at 3. */
const FOLLOW: readonly (readonly [ratio: number, share: number])[] = [
  [1, 1],
  [1.4, 0.85],
  [1.9, 0.35],
  [2.3, 0.15],
  [3, 0],
];
/**
 * From this distance on the rings stand on the head's outline, which is round and hardly changes when the head
 * turns; up to there they lead from the oval's own point to it. At once on the side that a turn shows more of: there
 * lie the ear and the hair behind it, seen aslant in the picture. These and {@link PIVOT} are the ones that
 * drew turned heads of `training/dataset`, whose true pictures are known, best.
 */
const OUTLINE_FROM = { near: 1.15, elsewhere: 1.5 } as const;
/** The sine of the turn from which on a side counts as near altogether. */
const NEAR_AT = 0.25;
/**
 * Only where the oval runs beside the ears is there a near side: farther before them, in half widths of the face, its
 * spokes lead over the hair on a brow, or down a neck.
 */
const BESIDE_EARS = { wholly: 0.5, not: 1.1 } as const;
/** Nor below the ears, by the cosine to straight down: there lie the neck and the ends of hair, which no two pictures have alike. */
const BELOW_EARS = { from: 0.35, to: 0.65 } as const;
/** The outline stays around a point so far behind the ears, in half widths of the face. */
const PIVOT = 0.25;
/** Straight above the brow and below the chin rings leave the oval later, by this power more: a hairline moves with its brow. */
const ABOVE = 0.7;
/** Rings stay this share of the way to the border when the face nearly fills the picture. */
const BORDER_ROOM = 0.85;

/** The first ring is the seam, on which the face ends; the next two run over ears and the hair beside them. */
export const BESIDE_RINGS = 3;
/** So far under the face's outline lies the seam, in multiples of the oval's distance, so that no gap is left between its corners. */
export const UNDER = 0.03;
const RINGS = RING_RATIOS.length + 1;
export const SPOKES = FACE_OVAL.length;
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
  /** How far the face reaches along each spoke: see {@link outlineReach}. */
  readonly reach: Float32Array;
  /** Share of the motion each vertex follows. */
  readonly follow: Float32Array;
  /** Distance of each vertex in multiples of the oval's own, as if there were room for all rings. */
  readonly ratio: Float32Array;
}

/** @param points the example's face, x, y, z interleaved. */
export function surroundOf(points: Float32Array): Surround {
  const [cx, cy, cz] = ovalMiddle(points);
  const reach = new Float32Array(SPOKES);
  outlineReach(points, reach);
  const rest = new Float32Array(SURROUND_VERTICES * 3);
  const follow = new Float32Array(SURROUND_VERTICES);
  const ratios = new Float32Array(SURROUND_VERTICES);
  FACE_OVAL.forEach((i, spoke) => {
    const dx = points[3 * i]! - cx;
    const dy = points[3 * i + 1]! - cy;
    const toBorderX = dx > 0 ? (1 - cx) / dx : dx < 0 ? -cx / dx : Number.POSITIVE_INFINITY;
    const toBorderY = dy > 0 ? (1 - cy) / dy : dy < 0 ? -cy / dy : Number.POSITIVE_INFINITY;
    const hidden = seamOf(reach[spoke]!);
    const border = Math.max(1.001, Math.min(toBorderX, toBorderY) - hidden);
    const widest = RING_RATIOS[RING_RATIOS.length - 1]!;
    const squeeze = Math.min(1, ((border - 1) * BORDER_ROOM) / (widest - 1));
    for (let ring = 0; ring < RINGS; ring++) {
      const v = ring * SPOKES + spoke;
      const outermost = ring === RINGS - 1;
      const ratio = outermost ? border : 1 + (RING_RATIOS[ring]! - 1) * squeeze;
      rest[3 * v] = cx + dx * (ratio + hidden);
      rest[3 * v + 1] = cy + dy * (ratio + hidden);
      rest[3 * v + 2] = cz;
      follow[v] = outermost
        ? 0
        : Math.min(share(ratio), share(1 + (RING_RATIOS[ring]! - 1)) + (1 - squeeze));
      ratios[v] = ratio;
    }
  });
  return { rest, reach, follow, ratio: ratios };
}

/** How far beyond the oval the seam lies where the face reaches so far. */
const seamOf = (reach: number): number => Math.max(0, reach - 1 - UNDER);

const reachNow = new Float32Array(SPOKES);

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
  const { rest, reach, follow, ratio } = surround;
  const { rotation: r, scale } = motion;
  // The turn seen in the picture plane alone: roll.
  const roll = Math.atan2(r[3]! - r[1]!, r[0]! + r[4]!);
  const cos = Math.cos(roll) * scale;
  const sin = Math.sin(roll) * scale;
  const middle = betweenEars(before);
  const { x: cx, y: cy } = middle;
  const moved = new Float64Array(3);
  moveByHead(motion, cx, cy, middle.z + PIVOT * middle.half, moved);
  const [toX, toY] = [moved[0]!, moved[1]!];
  const [middleX, middleY] = ovalMiddle(after);
  outlineReach(after, reachNow);
  for (let spoke = 0; spoke < SPOKES; spoke++) {
    const i = FACE_OVAL[spoke]!;
    // Where the face hides more than before, the seam lies behind it, and what was beside it is hidden too.
    const hidden = seamOf(Math.min(reach[spoke]!, reachNow[spoke]!));
    const seamX = after[3 * i]! + (after[3 * i]! - middleX) * hidden;
    const seamY = after[3 * i + 1]! + (after[3 * i + 1]! - middleY) * hidden;
    const ovalX = seamX - rest[3 * spoke]!;
    const ovalY = seamY - rest[3 * spoke + 1]!;
    const { turned, beside, upright } = spokeIn(motion, before, middle, i);
    const near = smoothstep(-NEAR_AT, NEAR_AT, turned) * beside;
    const { elsewhere } = OUTLINE_FROM;
    const outline = elsewhere + (OUTLINE_FROM.near - elsewhere) * near;
    const power = 1 + ABOVE * upright ** 4;
    for (let v = spoke; v < SURROUND_VERTICES; v += SPOKES) {
      const x = rest[3 * v]!;
      const y = rest[3 * v + 1]!;
      const t = Math.min(1, (ratio[v]! - 1) / (outline - 1)) ** power;
      const headX = toX + cos * (x - cx) - sin * (y - cy) - x;
      const headY = toY + sin * (x - cx) + cos * (y - cy) - y;
      out[3 * v] = x + (ovalX + (headX - ovalX) * t) * follow[v]!;
      out[3 * v + 1] = y + (ovalY + (headY - ovalY) * t) * follow[v]!;
      out[3 * v + 2] = rest[3 * v + 2]!;
    }
    // To the last digit, so that no gap is left where it is the oval.
    out[3 * spoke] = seamX;
    out[3 * spoke + 1] = seamY;
  }
}

/**
 * How much more of each spoke's ear and hair is seen after a motion than before: 0 … 1. Above 0 only where the head
 * has turned away from it.
 */
export function nearSide(motion: HeadMotion, before: Float32Array): Float32Array {
  const middle = betweenEars(before);
  return Float32Array.from(FACE_OVAL, (i) => {
    const { turned, beside } = spokeIn(motion, before, middle, i);
    return smoothstep(NEAR_AT / 2, NEAR_AT, turned) * beside;
  });
}

/** The sine of the turn, seen along each spoke, that brings its side of the head nearer; below 0 where it goes away. */
export function spokeTurns(motion: HeadMotion, before: Float32Array): Float32Array {
  const middle = betweenEars(before);
  return Float32Array.from(FACE_OVAL, (i) => spokeIn(motion, before, middle, i).turned);
}

interface HeadMiddle {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Half the width of the face. */
  readonly half: number;
}

function betweenEars(points: Float32Array): HeadMiddle {
  const [right, left] = BEFORE_EARS;
  const mean = (k: number): number => (points[3 * right + k]! + points[3 * left + k]!) / 2;
  const half = Math.abs(points[3 * left]! - points[3 * right]!) / 2;
  return { x: mean(0), y: mean(1), z: mean(2), half };
}

/** What a motion is to the spoke at point `i` of the oval. */
function spokeIn({ rotation: r }: HeadMotion, before: Float32Array, middle: HeadMiddle, i: number) {
  const outX = before[3 * i]! - middle.x;
  const outY = before[3 * i + 1]! - middle.y;
  const away = Math.hypot(outX, outY);
  const ahead = (middle.z - before[3 * i + 2]!) / middle.half;
  const upright = outY / away;
  return {
    // Where what lies before the head goes, seen along the spoke: it leaves the side that comes near.
    turned: (r[2]! * outX + r[5]! * outY) / away,
    beside:
      (1 - smoothstep(BESIDE_EARS.wholly, BESIDE_EARS.not, ahead)) *
      (1 - smoothstep(BELOW_EARS.from, BELOW_EARS.to, upright)),
    upright,
  };
}

/** Triangles between the rings; vertex numbers from `first` on. */
export function surroundTriangles(first: number): number[] {
  const triangles: number[] = [];
  for (let ring = 1; ring < RINGS; ring++) {
    for (let spoke = 0; spoke < SPOKES; spoke++) {
      const next = (spoke + 1) % SPOKES;
      const inner = (s: number): number => first + (ring - 1) * SPOKES + s;
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
