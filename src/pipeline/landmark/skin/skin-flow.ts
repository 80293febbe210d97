import { Blur } from './blur.io.ts';
import { CELLS_PER_UNIT, FACE_SHEET } from './face-sheet.ts';

/** Over so many cells skin moves as one; standard deviation. */
const STIFFNESS = 2.5;
/** What pattern there has to be for it to count more than that nothing has moved: sum of squared slopes. */
const STILL = 0.0025;
/** Of the pattern's standard deviation: cells that differ by more from what is known say less. */
const OUTLIER = 1;
/** Skin that is moved by more than this was not recognised. */
const MOST = 0.12 * CELLS_PER_UNIT;

/** Of the sheet. */
type Plane = Float32Array;

/** What skin looks like, and how well each cell of that is known. */
export interface SkinPattern {
  /** Plane of the sheet. */
  readonly pattern: Float32Array;
  /** Plane of the sheet, 0…1. */
  readonly known: Float32Array;
}

/**
 * How far skin lies from where the mesh has it: a smooth motion that brings a pattern over another, found by B. Lucas and
 * T. Kanade's method ("An iterative image registration technique", 1981): one step a frame from where it was a frame ago, for skin slips slowly. Without pattern there is none.
 */
export class SkinFlow {
  /** Planes of the sheet: what belongs to a cell lies so many cells right of it and below it. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** How alike the patterns are once they are brought over each other: correlation, 1 where they are the same. */
  agreement = 0;
  readonly #blur: Blur;
  readonly #sums: readonly [xx: Plane, xy: Plane, yy: Plane, xt: Plane, yt: Plane];
  readonly #moved: Float32Array;

  constructor() {
    const { width, height } = FACE_SHEET;
    const plane = () => new Float32Array(width * height);
    [this.x, this.y, this.#moved] = [plane(), plane(), plane()];
    this.#sums = [plane(), plane(), plane(), plane(), plane()];
    this.#blur = new Blur(width, height, STIFFNESS);
  }

  reset(): void {
    this.x.fill(0);
    this.y.fill(0);
  }

  /** @param now the pattern of this frame. @param seen of each cell of the sheet's list, how well it is seen now. */
  follow({ pattern, known }: SkinPattern, now: Float32Array, seen: Float32Array): void {
    this.moved(now, 1, this.#moved);
    this.#gather(pattern, known, seen);
    for (const sum of this.#sums) this.#blur.over(sum);
    this.#solve();
  }

  /** A pattern of this frame where its skin is: as if it lay where the mesh has it. @param share of the way. */
  moved(now: Float32Array, share: number, into: Float32Array): void {
    const { cells, width, height } = FACE_SHEET;
    for (let c = 0; c < cells.length; c++) {
      const at = cells[c]!;
      const column = at % width;
      const x = column + share * this.x[at]!;
      const y = (at - column) / width + share * this.y[at]!;
      const left = Math.min(width - 2, Math.max(0, Math.floor(x)));
      const top = Math.min(height - 2, Math.max(0, Math.floor(y)));
      const p = top * width + left;
      const a = x - left;
      const b = y - top;
      into[at] =
        (1 - b) * ((1 - a) * now[p]! + a * now[p + 1]!) +
        b * ((1 - a) * now[p + width]! + a * now[p + width + 1]!);
    }
  }

  /** What each cell says of the motion: the normal equations of a motion under which it would look as it is known. */
  #gather(pattern: Float32Array, known: Float32Array, seen: Float32Array): void {
    const { cells, width, skin } = FACE_SHEET;
    const moved = this.#moved;
    const [xx, xy, yy, xt, yt] = this.#sums;
    for (const sum of this.#sums) sum.fill(0);
    let [both, here, there] = [0, 0, 0];
    for (let c = 0; c < cells.length; c++) {
      const weight = skin[c]! * seen[c]!;
      const at = cells[c]!;
      const trust = weight * known[at]!;
      if (trust <= 0) continue;
      const gx = (moved[at + 1]! - moved[at - 1]! + pattern[at + 1]! - pattern[at - 1]!) / 4;
      const gy =
        (moved[at + width]! - moved[at - width]! + pattern[at + width]! - pattern[at - width]!) / 4;
      const off = moved[at]! - pattern[at]!;
      both += trust * moved[at]! * pattern[at]!;
      here += trust * moved[at]! * moved[at]!;
      there += trust * pattern[at]! * pattern[at]!;
      const w = trust / (1 + (off * off) / (OUTLIER * OUTLIER));
      const rest = off - gx * this.x[at]! - gy * this.y[at]!;
      xx[at] = w * gx * gx;
      xy[at] = w * gx * gy;
      yy[at] = w * gy * gy;
      xt[at] = w * gx * rest;
      yt[at] = w * gy * rest;
    }
    this.agreement = here * there > 0 ? both / Math.sqrt(here * there) : 0;
  }

  #solve(): void {
    const { cells } = FACE_SHEET;
    const [xx, xy, yy, xt, yt] = this.#sums;
    for (let c = 0; c < cells.length; c++) {
      const at = cells[c]!;
      const a = xx[at]! + STILL;
      const b = xy[at]!;
      const d = yy[at]! + STILL;
      const det = a * d - b * b;
      const x = (b * yt[at]! - d * xt[at]!) / det;
      const y = (b * xt[at]! - a * yt[at]!) / det;
      const far = x * x + y * y;
      const kept = far > MOST * MOST ? MOST / Math.sqrt(far) : 1;
      this.x[at] = kept * x;
      this.y[at] = kept * y;
    }
  }
}
