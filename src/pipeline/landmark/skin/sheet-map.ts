import type { Px } from '../../picture.ts';
import { smoothstep } from '../../smoothstep.ts';
import { CANONICAL_FACE } from '../canonical-face.ts';
import { FACE_TRIANGLES } from '../face-triangles.ts';
import { FACE_MESH_POINTS } from '../landmarks.ts';
import { CELLS_PER_UNIT, FACE_SHEET } from './face-sheet.ts';

const TRIANGLES = FACE_TRIANGLES.length / 3;
/** The outer corners of the eyes. */
const CORNERS = [33, 263] as const;
/** A triangle is out of sight, and wholly in sight, where it covers such shares of what it does from the front. */
const SEEN: readonly [number, number] = [0.15, 0.45];

/** Cells beyond the mesh in which there may be places of its outermost ones. */
const MARGIN = 8;

/** From cells to the corners of each triangle: two rows of the inverse of its edges. Zero where it has no breadth. */
const INVERSES = Float32Array.from({ length: TRIANGLES * 4 }, (_, at) => {
  const [a, b, c] = FACE_TRIANGLES.slice(3 * (at >> 2), 3 * (at >> 2) + 3) as [
    number,
    number,
    number,
  ];
  const { places } = FACE_SHEET;
  const [bx, by] = [places[2 * b]! - places[2 * a]!, places[2 * b + 1]! - places[2 * a + 1]!];
  const [cx, cy] = [places[2 * c]! - places[2 * a]!, places[2 * c + 1]! - places[2 * a + 1]!];
  const area = bx * cy - cx * by;
  if (area === 0) return 0;
  return [cy, -cx, -by, bx][at & 3]! / area;
});

/** Where the sheet's cells stand in a picture, triangle by triangle. Its arrays are written again by each `place`. */
export class SheetMap {
  /** Of each triangle: x = 0·cellX + 1·cellY + 2, y = 3·cellX + 4·cellY + 5, in pixels of the picture. */
  readonly affine = new Float32Array(TRIANGLES * 6);
  /** Of each triangle, 0…1: how well it is seen. */
  readonly seen = new Float32Array(TRIANGLES);
  /** Pixels across a cell that is seen from the front. */
  cell = 0;
  /** The highest and the lowest point of the mesh. */
  #top: Px = 0;
  #bottom: Px = 0;

  /** @param points of the mesh, x, y, z interleaved, in pixels of the picture. */
  place(points: Float32Array): void {
    const { places } = FACE_SHEET;
    const { affine, seen } = this;
    this.cell = cellOf(points);
    const whole = this.cell * this.cell;
    this.#top = Number.POSITIVE_INFINITY;
    this.#bottom = Number.NEGATIVE_INFINITY;
    for (let i = 1; i < 3 * FACE_MESH_POINTS; i += 3) {
      this.#top = Math.min(this.#top, points[i]!);
      this.#bottom = Math.max(this.#bottom, points[i]!);
    }
    for (let t = 0; t < TRIANGLES; t++) {
      const a = FACE_TRIANGLES[3 * t]!;
      const b = FACE_TRIANGLES[3 * t + 1]!;
      const c = FACE_TRIANGLES[3 * t + 2]!;
      const ax = points[3 * a]!;
      const ay = points[3 * a + 1]!;
      const bx = points[3 * b]! - ax;
      const by = points[3 * b + 1]! - ay;
      const cx = points[3 * c]! - ax;
      const cy = points[3 * c + 1]! - ay;
      const i = 4 * t;
      const xx = bx * INVERSES[i]! + cx * INVERSES[i + 2]!;
      const xy = bx * INVERSES[i + 1]! + cx * INVERSES[i + 3]!;
      const yx = by * INVERSES[i]! + cy * INVERSES[i + 2]!;
      const yy = by * INVERSES[i + 1]! + cy * INVERSES[i + 3]!;
      const px = places[2 * a]!;
      const py = places[2 * a + 1]!;
      const o = 6 * t;
      affine[o] = xx;
      affine[o + 1] = xy;
      affine[o + 2] = ax - xx * px - xy * py;
      affine[o + 3] = yx;
      affine[o + 4] = yy;
      affine[o + 5] = ay - yx * px - yy * py;
      seen[t] = smoothstep(SEEN[0], SEEN[1], (xx * yy - xy * yx) / whole);
    }
  }

  /** Rows of a picture that the sheet lies in, as it was placed last: the first, and the one after the last; at least one. */
  rows(height: Px): { readonly top: Px; readonly bottom: Px } {
    const margin = MARGIN * this.cell;
    const within = (y: Px) => Math.min(height - 1, Math.max(0, Math.floor(y)));
    return { top: within(this.#top - margin), bottom: within(this.#bottom + margin) + 1 };
  }
}

/** By the distance between the eyes in three dimensions, which a turn of the head leaves as it is. */
function cellOf(points: Float32Array): number {
  const across = (values: Float32Array) => {
    const [a, b] = [3 * CORNERS[0], 3 * CORNERS[1]];
    return Math.hypot(...[0, 1, 2].map((k) => values[a + k]! - values[b + k]!));
  };
  return across(points) / (across(CANONICAL_FACE) * CELLS_PER_UNIT);
}
