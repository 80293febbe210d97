import { CELLS_PER_UNIT } from './face-sheet.ts';
import type { SkinPlanes } from './skin-planes.io.ts';

/** What pattern there has to be for it to count more than that nothing has moved: sum of squared slopes. */
const STILL = 0.0025;
/** Of the pattern's standard deviation: cells that differ by more from what is known say less. */
const OUTLIER = 1;
/** Skin that is moved by more than this was not recognised. */
const MOST = 0.12 * CELLS_PER_UNIT;

/**
 * How far skin lies from where the mesh has it: a smooth motion that brings a pattern over another, found by B. Lucas and
 * T. Kanade's method ("An iterative image registration technique", 1981): one step a frame from where it was a frame ago, for skin slips slowly. Without pattern there is none.
 */
export class SkinFlow {
  /** How alike the patterns are once they are brought over each other: correlation, 1 where they are the same. */
  agreement = 0;
  readonly #planes: SkinPlanes;

  constructor(planes: SkinPlanes) {
    this.#planes = planes;
  }

  /** Planes of the sheet: what belongs to a cell lies so many cells right of it. */
  get x(): Float32Array {
    return this.#planes.x;
  }

  /** And so many below it. */
  get y(): Float32Array {
    return this.#planes.y;
  }

  reset(): void {
    this.x.fill(0);
    this.y.fill(0);
  }

  follow(): void {
    this.agreement = this.#planes.follow(OUTLIER, STILL, MOST);
  }
}
