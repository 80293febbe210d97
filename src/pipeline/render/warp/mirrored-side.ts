import { FACE_OVAL } from '../../landmark/face-topology.ts';
import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import { smoothstep } from '../../smoothstep.ts';
import { facings } from './face-visibility.ts';
import { fitHeadMotion, type HeadMotion } from './head-motion.ts';
import { moveSurround, SPOKES, type Surround, spokeTurns } from './head-surround.ts';
import { SKULL_POINTS } from './mesh-contours.ts';
import { MIRROR_POINTS } from './mirror-points.ts';

/** How squarely a point faces the camera, as a cosine, below which a picture shows its skin badly, and from where well. */
const SHOWN = { badly: 0.15, well: 0.45 } as const;
/** How much more squarely the point across must: two that are seen alike are each the better picture of themselves. */
const SEEN_BETTER = { from: 0.1, to: 0.3 } as const;
/** The sine of the turn between the picture and its mirror image from and to which a side counts as hidden: 3° and 17°. */
const HIDDEN = { from: 0.05, to: 0.3 } as const;
/** The same of the turn that brings a hidden side into view: wholly where a head that was turned by 17° looks ahead. */
const REVEALED_AT = 0.3;
/** And of the one from which to which it looks the other way, so that its neck is seen from the other side. */
const ACROSS = { from: 0.3, to: 0.6 } as const;
/**
 * What of each ring is drawn. Beside and above the face ear and hair, out to the head's outline; below it the neck, and not much
 * farther, for collars and shoulders do not turn with a head. With a head that looks the other way it is the whole neck with its
 * collar, on both sides: drawn on one alone, it would meet the other's with a step. Chosen by the cast's turned pictures, drawn
 * looking ahead and the other way, where the true pictures are known.
 */
const BESIDE = [1, 1, 1, 0.8, 0.3, 0] as const;
const BELOW = [1, 1, 0.8, 0.3, 0, 0] as const;
const BELOW_ACROSS = [1, 1, 1, 0.8, 0.3, 0] as const;
/** What is below, by the cosine to straight down. */
const DOWN = { from: 0.2, to: 0.5 } as const;
/** Below this nothing is hidden that the other side shows. */
const LEAST = 0.05;
/** The forehead's upper end and the chin. */
const [FOREHEAD, CHIN] = [10, 152];

/** Rings around the face of which something is drawn, and one on which nothing is left. */
export const MIRRORED_RINGS = BESIDE.length;
const VERTICES = FACE_MESH_POINTS + MIRRORED_RINGS * SPOKES;

/**
 * The side of a head that a turned picture hides, as the one that it shows: faces are nearly symmetric. Cheek, ear and hair
 * of the other side then come into view where the head turns back. Made once for a picture.
 */
export class MirroredSide {
  /** x and y of what each vertex of the face and of its first {@link MIRRORED_RINGS} rings shows, in sides of the picture. */
  readonly places = new Float32Array(2 * VERTICES);
  /** How far the picture hides its far side: 0 of a face that nearly looks ahead … 1. */
  readonly hides: number;
  readonly #points: Float32Array;
  /** Of each vertex, how much of it is drawn when its side is in view, but for what is below the face. */
  readonly #weights = new Float32Array(VERTICES);
  /** Of those, what is. */
  readonly #below = new Float32Array(VERTICES);
  /** And what comes to that when the head looks the other way. */
  readonly #across = new Float32Array(VERTICES);
  /** Of each spoke, how far its side is hidden. */
  readonly #hidden: Float32Array;
  readonly #allHidden: number;

  private constructor(points: Float32Array, surround: Surround) {
    this.#points = points;
    const across = new Float32Array(points.length);
    for (let v = 0; v < FACE_MESH_POINTS; v++) {
      const m = 3 * MIRROR_POINTS[v]!;
      across.set([1 - points[m]!, points[m + 1]!, points[m + 2]!], 3 * v);
    }
    const motion = fitHeadMotion(points, across, SKULL_POINTS);
    this.#hidden = spokeTurns(motion, points).map((turn) =>
      smoothstep(HIDDEN.from, HIDDEN.to, turn),
    );
    this.hides = Math.max(...this.#hidden);
    this.#allHidden = this.#hidden.reduce((sum, share) => sum + share, 0);
    this.#weighFace();
    this.#weighRings();
    const rings = new Float32Array(surround.rest.length);
    moveSurround(surround, motion, points, across, rings);
    for (let v = 0; v < VERTICES; v++) {
      const [from, i] = v < FACE_MESH_POINTS ? [across, v] : [rings, v - FACE_MESH_POINTS];
      this.places[2 * v] = 1 - from[3 * i]!;
      this.places[2 * v + 1] = from[3 * i + 1]!;
    }
  }

  /**
   * @param points the face in its picture and @param surround the rings around it.
   * @returns undefined where a picture hides nothing that its other side shows.
   */
  static of(points: Float32Array, surround: Surround): MirroredSide | undefined {
    const side = new MirroredSide(points, surround);
    return side.#weights.some((weight) => weight > LEAST) ? side : undefined;
  }

  /** How far the head has turned back from where it looks in its picture. */
  turnedBack(motion: HeadMotion): TurnedBack {
    if (this.#allHidden === 0) return { revealed: 0, across: 0 };
    const turns = spokeTurns(motion, this.#points).reduce(
      (sum, turned, spoke) => sum + turned * this.#hidden[spoke]!,
      0,
    );
    const turn = turns / this.#allHidden;
    return {
      revealed: smoothstep(0, REVEALED_AT, turn),
      across: smoothstep(ACROSS.from, ACROSS.to, turn),
    };
  }

  /**
   * How much of it is drawn at a vertex, of the face or of the rings.
   * @param alike how far neck and collar are as their mirror image: see {@link collarLikeness}.
   */
  weight(vertex: number, { revealed, across }: TurnedBack, alike: number): number {
    const below = this.#below[vertex]! + across * this.#across[vertex]!;
    return revealed * (this.#weights[vertex]! + alike * below);
  }

  #weighFace(): void {
    const facing = new Float32Array(FACE_MESH_POINTS);
    facings(this.#points, facing, new Float64Array(3 * FACE_MESH_POINTS));
    for (let v = 0; v < FACE_MESH_POINTS; v++) {
      const own = facing[v]!;
      const better = facing[MIRROR_POINTS[v]!]! - own;
      this.#weights[v] =
        ramp(SHOWN.well, SHOWN.badly, own) * ramp(SEEN_BETTER.from, SEEN_BETTER.to, better);
    }
    // The very outline goes with the ring that begins on it.
    for (const [spoke, v] of FACE_OVAL.entries()) {
      this.#weights[v] = Math.max(this.#weights[v]!, this.#hidden[spoke]!);
    }
  }

  #weighRings(): void {
    const down = downness(this.#points);
    // The seam is the outline's other side.
    for (const [spoke, v] of FACE_OVAL.entries()) {
      this.#weights[FACE_MESH_POINTS + spoke] = this.#weights[v]!;
    }
    for (let v = FACE_MESH_POINTS + SPOKES; v < VERTICES; v++) {
      const i = v - FACE_MESH_POINTS;
      const [ring, spoke] = [Math.floor(i / SPOKES), i % SPOKES];
      const hidden = this.#hidden[spoke]!;
      this.#weights[v] = (1 - down[spoke]!) * BESIDE[ring]! * hidden;
      this.#below[v] = down[spoke]! * BELOW[ring]! * hidden;
      this.#across[v] =
        down[spoke]! * BELOW_ACROSS[ring]! * Math.max(hidden, this.hides) - this.#below[v]!;
    }
  }
}

/** How far a head has turned back from where it looks in its picture, 0…1 each. */
export interface TurnedBack {
  /** 0 while it is turned as there or farther … 1 where what that hides is in view. */
  readonly revealed: number;
  /** 0 while it looks ahead … 1 where it looks the other way. */
  readonly across: number;
}

/** From 0 at one value to 1 at the other. */
function ramp(from: number, to: number, value: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}

/** Of each spoke, whether it leads down from the face. */
function downness(points: Float32Array): readonly number[] {
  const [x, y] = [0, 1].map(
    (k) => FACE_OVAL.reduce((sum, i) => sum + points[3 * i + k]!, 0) / SPOKES,
  ) as [number, number];
  const axisX = points[3 * CHIN]! - points[3 * FOREHEAD]!;
  const axisY = points[3 * CHIN + 1]! - points[3 * FOREHEAD + 1]!;
  return FACE_OVAL.map((i) => {
    const [dx, dy] = [points[3 * i]! - x, points[3 * i + 1]! - y];
    const cosine = (dx * axisX + dy * axisY) / (Math.hypot(dx, dy) * Math.hypot(axisX, axisY));
    return smoothstep(DOWN.from, DOWN.to, cosine);
  });
}
