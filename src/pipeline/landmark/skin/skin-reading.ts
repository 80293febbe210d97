import type { CameraFrame } from '../../picture.ts';
import type { SheetMap } from './sheet-map.ts';
import type { SkinPlanes } from './skin-planes.io.ts';

/** Levels of luma by which skin differs from itself through the camera's noise alone: less contrast is not drawn out. */
const NOISE = 1.5;
/** Pixels that a cell's light is told by, a row of them, at most. */
const MOST_TAPS = 4;

/** Reads the pattern of a face's skin, cell by cell, free of light and contrast. */
export class SkinReading {
  readonly #planes: SkinPlanes;

  constructor(planes: SkinPlanes) {
    this.#planes = planes;
  }

  /** A cell's luma is a mean of the pixels at a grid of places in it. */
  read(frame: CameraFrame, map: SheetMap): void {
    const taps = Math.min(MOST_TAPS, Math.max(1, Math.round(map.cell)));
    this.#planes.read(frame, map, taps, NOISE);
  }
}
