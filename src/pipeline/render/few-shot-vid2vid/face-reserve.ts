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

/** The cells around one that are near it at all, nearest first. */
interface Surroundings {
  readonly dx: Int32Array;
  readonly dy: Int32Array;
  /** How many cells on each lies in the field. */
  readonly step: Int32Array;
  /** 1 at the cell itself, 0 beyond. */
  readonly near: Float64Array;
}

function surroundings(fade: number, cells: number): Surroundings {
  const reach = 2 * fade + 1;
  const around = Array.from({ length: reach ** 2 }, (_, i) => {
    const [dx, dy] = [(i % reach) - fade, Math.floor(i / reach) - fade];
    return { dx, dy, near: 1 - Math.hypot(dx, dy) / (fade + 1) };
  })
    .filter(({ near }) => near > 0)
    .sort((one, other) => other.near - one.near);
  return {
    dx: Int32Array.from(around, ({ dx }) => dx),
    dy: Int32Array.from(around, ({ dy }) => dy),
    step: Int32Array.from(around, ({ dx, dy }) => dy * cells + dx),
    near: Float64Array.from(around, ({ near }) => near),
  };
}

/** How much of what is within a contour is held back. */
interface Share {
  readonly share: number;
  /** Contours within which nothing is. */
  readonly but?: readonly (readonly number[])[];
}

interface Box {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

interface Spared {
  readonly contour: readonly number[];
  /** One after the other. */
  readonly shares: readonly Share[];
  /** In cells of the field. */
  readonly fade: number;
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
  /** Of each row of what is filled, the first cell with anything and the last: none where the last lies before. */
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  /** Of one row. */
  readonly #covered: Float64Array;
  readonly #left: Float64Array;
  /** Of each fade, in cells of the field. */
  readonly #surroundings: ReadonlyMap<number, Surroundings>;

  constructor(field: Field) {
    this.#field = field;
    this.#filled = new Uint8Array(field.plane);
    this.#holes = new Uint8Array(field.plane);
    this.#first = new Int32Array(field.cells);
    this.#last = new Int32Array(field.cells);
    this.#covered = new Float64Array(field.cells);
    this.#left = new Float64Array(field.cells);
    this.#surroundings = new Map(
      [FADE, INSIDE_FADE]
        .map((fade) => field.fineness * fade)
        .map((fade) => [fade, surroundings(fade, field.cells)]),
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
    const spare = (contour: readonly number[], reach: number, ...shares: Share[]) =>
      this.#spare(answers, points, { contour, shares, fade: reach });
    spare(
      FACE_OVAL,
      fade,
      { share: Math.max(SIDE_SHARE * side, TURNED_SHARE * turned) },
      { share: FACE_SHARE * face, but: [LIPS, ...EYE_RINGS] },
    );
    spare(LIPS, fade, { share: mouth });
    spare(BETWEEN_LIPS, insideFade, { share: INSIDE_SHARE });
    for (const contour of EYE_RINGS) spare(contour, fade, { share: eyes });
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
    { contour, shares, fade }: Spared,
  ): void {
    const wanted = shares.filter(({ share }) => share > 0);
    if (wanted.length === 0) return;
    const { cells } = this.#field;
    const { minX, minY, maxX, maxY } = this.#draw(this.#filled, points, [contour]);
    const holes = wanted.flatMap(({ but = [] }) => but);
    if (holes.length > 0) this.#draw(this.#holes, points, holes);
    const last = cells - 1;
    const fromX = Math.max(0, Math.floor(minX) - fade);
    const toX = Math.min(last, Math.ceil(maxX) + fade);
    const fromY = Math.max(0, Math.floor(minY) - fade);
    const toY = Math.min(last, Math.ceil(maxY) + fade);
    this.#findEnds(fromX, toX, fromY, toY);
    for (let y = fromY; y <= toY; y++) {
      let [from, to] = [cells, -1];
      const below = Math.min(toY, y + fade);
      for (let v = Math.max(fromY, y - fade); v <= below; v++) {
        from = Math.min(from, this.#first[v]!);
        to = Math.max(to, this.#last[v]!);
      }
      from = Math.max(fromX, from - fade);
      to = to < 0 ? to : Math.min(toX, to + fade);
      if (to < from) continue;
      this.#cover(y, from, to, fade);
      for (const { share, but } of wanted) {
        this.#leave(y, from, to, share, but !== undefined);
        for (const planes of answers) this.#scale(planes, y, from, to);
      }
    }
  }

  /** Between which cells there is anything in each row of what is filled. */
  #findEnds(fromX: number, toX: number, fromY: number, toY: number): void {
    const filled = this.#filled;
    const { cells } = this.#field;
    for (let y = fromY; y <= toY; y++) {
      const row = y * cells;
      let [first, last] = [fromX, toX];
      while (first <= toX && filled[row + first] === 0) first++;
      while (last >= first && filled[row + last] === 0) last--;
      this.#first[y] = first > toX ? cells : first;
      this.#last[y] = first > toX ? -1 : last;
    }
  }

  /** Of cells of a row, how much of each is left. @param holed whether there are holes in what is covered. */
  #leave(y: number, from: number, to: number, share: number, holed: boolean): void {
    const row = y * this.#field.cells;
    const [covered, left, holes] = [this.#covered, this.#left, this.#holes];
    for (let x = from; x <= to; x++) {
      const held = holed ? covered[x]! * (1 - COVER[holes[row + x]!]!) : covered[x]!;
      left[x] = 1 - share * held;
    }
  }

  #scale(planes: Float32Array, y: number, from: number, to: number): void {
    const { cells, plane } = this.#field;
    const left = this.#left;
    for (let row = y * cells; row < planes.length; row += plane) {
      for (let x = from; x <= to; x++) planes[row + x]! *= left[x]!;
    }
  }

  /** Fills contours in a plane of the field. @returns where the last one's corners lie, in cells. */
  #draw(bytes: Uint8Array, points: Float32Array, contours: readonly (readonly number[])[]): Box {
    const { cells } = this.#field;
    bytes.fill(0);
    let box: Box = { minX: cells, minY: cells, maxX: 0, maxY: 0 };
    for (const contour of contours) {
      const corners = new Float32Array(contour.length * 2);
      let [minX, minY, maxX, maxY] = [cells, cells, 0, 0];
      for (let i = 0; i < contour.length; i++) {
        const x = Math.fround(points[3 * contour[i]!]! * cells - 0.5);
        const y = Math.fround(points[3 * contour[i]! + 1]! * cells - 0.5);
        corners[2 * i] = x;
        corners[2 * i + 1] = y;
        minX = Math.min(minX, x);
        minY = Math.min(minY, y);
        maxX = Math.max(maxX, x);
        maxY = Math.max(maxY, y);
      }
      drawPolygon({ bytes, side: cells }, corners);
      box = { minX, minY, maxX, maxY };
    }
    return box;
  }

  /** Of cells of a row, the strongest of the cells around, the less the farther: the outline itself is covered in full. */
  #cover(y: number, from: number, to: number, fade: number): void {
    const [filled, covered] = [this.#filled, this.#covered];
    const { cells } = this.#field;
    const around = this.#surroundings.get(fade)!;
    const row = y * cells;
    const inside = y >= fade && y < cells - fade;
    for (let x = from; x <= to; x++) {
      // Most cells are in the middle of a lip or an eye.
      if (filled[row + x] === 255) covered[x] = 1;
      else if (inside && x >= fade && x < cells - fade) {
        covered[x] = strongest(filled, row + x, around);
      } else covered[x] = strongestWithin(filled, cells, x, y, around);
    }
  }
}

/** Where all that is around a cell lies in the field. */
function strongest(filled: Uint8Array, at: number, { step, near }: Surroundings): number {
  let most = 0;
  for (let k = 0; k < near.length && near[k]! > most; k++) {
    const byte = filled[at + step[k]!]!;
    if (byte === 0) continue;
    const share = near[k]! * COVER[byte]!;
    if (share > most) most = share;
  }
  return most;
}

/** The same at the edge of the field. */
function strongestWithin(
  filled: Uint8Array,
  cells: number,
  x: number,
  y: number,
  { dx, dy, near }: Surroundings,
): number {
  let most = 0;
  for (let k = 0; k < near.length && near[k]! > most; k++) {
    const [u, v] = [x + dx[k]!, y + dy[k]!];
    if (u < 0 || v < 0 || u >= cells || v >= cells) continue;
    most = Math.max(most, near[k]! * COVER[filled[v * cells + u]!]!);
  }
  return most;
}
