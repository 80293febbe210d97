import { FACE_OVAL, LIPS_INNER, LIPS_OUTER, outline } from '../../landmark/face-topology.ts';
import { EYE_RINGS } from '../warp/mesh-contours.ts';
import { drawPolygon } from './coverage.ts';
import type { Field } from './field.ts';

/** How nearly an example shows parts of the face as they are to be drawn, 0…1. */
export interface Shown {
  /** Its turn, whatever it does. */
  readonly face: number;
  readonly mouth: number;
  readonly eyes: number;
  /** How far the head is turned from all examples. */
  readonly turned: number;
  /** How far a side is in view that the only picture hides: drawn as the other one. */
  readonly side: number;
}

const LIPS = outline(LIPS_OUTER);
const BETWEEN_LIPS = outline(LIPS_INNER);
/**
 * Between the lips the warp's teeth and tongue are sharp and lit, the network's soft, hazy where a mouth is wide open, and
 * grey. A little of it still is nearer to the truth than none: on talking-woman from one picture the warp's inside has
 * 21.4 dB, a quarter of the network's over it 21.7, half 21.8, all of it 21.4; to the eye a quarter is the better mouth.
 */
const INSIDE_SHARE = 0.75;
/**
 * Where a hidden side is in view the mesh shears all of the face, and the network lays a grey veil over what is drawn out. Half of it is
 * worth 1.0 dB over the warp on the cast's turned pictures, made to look the other way; all of it 1.5, and a beard is lost.
 */
const SIDE_SHARE = 0.5;
/**
 * The same where a head is turned far from what any picture shows: all of the answer is nearest to the truth there, on rendered clips by 0.1 dB over
 * a quarter of it, and to the eye is milk over dark skin, and brows and noses dissolved.
 */
const TURNED_SHARE = 0.75;
/**
 * Where an example shows the head as it is turned, its skin has been moved little, and lies nearer to the truth than what the network makes of
 * it; some of that still is nearer than none. Mouth and eyes have shares of their own.
 */
const FACE_SHARE = 0.6;
/** Cells of a field of 128² by which a reserve reaches beyond its outline, fading: a hard edge would show. As far in the picture on a finer one. */
const FADE = 2;
/** The lips themselves are not spared with what is between them. */
const INSIDE_FADE = 1;

/** Of the cells around one, row after row, how near they are for a fade: 1 at the cell itself, 0 beyond. */
function nearness(fade: number): Float64Array {
  const reach = 2 * fade + 1;
  return Float64Array.from({ length: reach ** 2 }, (_, i) => {
    const [dx, dy] = [(i % reach) - fade, Math.floor(i / reach) - fade];
    return 1 - Math.hypot(dx, dy) / (fade + 1);
  });
}
interface Spared {
  readonly contour: readonly number[];
  readonly share: number;
  /** In cells of the field. */
  readonly fade: number;
  /** Contours within which nothing is held back. */
  readonly but?: readonly (readonly number[])[];
}

/** What a filled cell covers, by its byte. */
const COVER = Float64Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * What of the network's answers is held back, as a share of each cell of its field: where an example
 * shows that very mouth, or those very eyes, its picture is better than anything the network can add.
 */
export class FaceReserve {
  readonly #field: Field;
  readonly #filled: Uint8Array;
  readonly #holes: Uint8Array;
  /** Of each fade, in cells of the field. */
  readonly #nearness: ReadonlyMap<number, Float64Array>;

  constructor(field: Field) {
    this.#field = field;
    this.#filled = new Uint8Array(field.plane);
    this.#holes = new Uint8Array(field.plane);
    this.#nearness = new Map(
      [FADE, INSIDE_FADE].map((fade) => [field.fineness * fade, nearness(field.fineness * fade)]),
    );
  }

  /**
   * Scales answers, each planes of the field, down by how far each cell is reserved.
   *
   * @param points of the face, x, y, z interleaved, sides of the picture.
   */
  withhold(
    answers: readonly Float32Array[],
    points: Float32Array,
    { mouth, eyes, side, face, turned }: Shown,
  ): void {
    const [fade, insideFade] = [this.#field.fineness * FADE, this.#field.fineness * INSIDE_FADE];
    this.#spare(answers, points, {
      contour: FACE_OVAL,
      share: Math.max(SIDE_SHARE * side, TURNED_SHARE * turned),
      fade,
    });
    this.#spare(answers, points, {
      contour: FACE_OVAL,
      share: FACE_SHARE * face,
      fade,
      but: [LIPS, ...EYE_RINGS],
    });
    this.#spare(answers, points, { contour: LIPS, share: mouth, fade });
    this.#spare(answers, points, { contour: BETWEEN_LIPS, share: INSIDE_SHARE, fade: insideFade });
    for (const contour of EYE_RINGS) this.#spare(answers, points, { contour, share: eyes, fade });
  }

  /**
   * Scales shares of the last output down in the same way, where it is shown once more: only by what the examples show. All
   * else was withheld when it was drawn; twice would be a flicker from frame to frame.
   */
  withholdAgain(share: Float32Array, points: Float32Array, { mouth, eyes }: Shown): void {
    this.withhold([share], points, { mouth, eyes, face: 0, turned: 0, side: 0 });
  }

  #spare(
    answers: readonly Float32Array[],
    points: Float32Array,
    { contour, share, fade, but = [] }: Spared,
  ): void {
    if (share <= 0) return;
    const { cells, plane } = this.#field;
    const corners = this.#draw(this.#filled, points, [contour]);
    if (but.length > 0) this.#draw(this.#holes, points, but);
    let [minX, minY, maxX, maxY] = [cells, cells, 0, 0];
    for (let i = 0; i < corners.length; i += 2) {
      minX = Math.min(minX, corners[i]!);
      minY = Math.min(minY, corners[i + 1]!);
      maxX = Math.max(maxX, corners[i]!);
      maxY = Math.max(maxY, corners[i + 1]!);
    }
    const last = cells - 1;
    const toX = Math.min(last, Math.ceil(maxX) + fade);
    const toY = Math.min(last, Math.ceil(maxY) + fade);
    for (let y = Math.max(0, Math.floor(minY) - fade); y <= toY; y++) {
      for (let x = Math.max(0, Math.floor(minX) - fade); x <= toX; x++) {
        let covered = this.#covered(x, y, fade);
        if (but.length > 0) covered *= 1 - COVER[this.#holes[y * cells + x]!]!;
        if (covered === 0) continue;
        const left = 1 - share * covered;
        for (const planes of answers) {
          for (let at = y * cells + x; at < planes.length; at += plane) planes[at]! *= left;
        }
      }
    }
  }

  /** Fills contours in a plane of the field. @returns the corners of the last one, x and y in cells. */
  #draw(
    bytes: Uint8Array,
    points: Float32Array,
    contours: readonly (readonly number[])[],
  ): Float32Array {
    const { cells } = this.#field;
    bytes.fill(0);
    let corners = new Float32Array(0);
    for (const contour of contours) {
      corners = new Float32Array(contour.length * 2);
      contour.forEach((index, i) => {
        corners[2 * i] = points[3 * index]! * cells - 0.5;
        corners[2 * i + 1] = points[3 * index + 1]! * cells - 0.5;
      });
      drawPolygon({ bytes, side: cells }, corners);
    }
    return corners;
  }

  /** The strongest of the cells around, the less the farther: the outline itself is covered in full. */
  #covered(x: number, y: number, fade: number): number {
    const filled = this.#filled;
    const { cells } = this.#field;
    // Most cells are in the middle of a lip or an eye, or far from it.
    if (filled[y * cells + x] === 255) return 1;
    const near = this.#nearness.get(fade)!;
    const reach = 2 * fade + 1;
    const [fromX, toX] = [Math.max(0, x - fade), Math.min(cells - 1, x + fade)];
    const [fromY, toY] = [Math.max(0, y - fade), Math.min(cells - 1, y + fade)];
    let most = 0;
    for (let v = fromY; v <= toY; v++) {
      for (let u = fromX; u <= toX; u++) {
        const byte = filled[v * cells + u]!;
        if (byte === 0) continue;
        const share = near[(v - y + fade) * reach + u - x + fade]! * COVER[byte]!;
        if (share > most) most = share;
      }
    }
    return most;
  }
}
