import { INPUT_CHANNELS } from './conditioning.ts';
import type { Field } from './field.ts';
import { type HalfFieldExports, halfFieldKernel } from './half-field-kernel.io.ts';
import { PICTURE_CHANNELS } from './network-shape.ts';
import type { NetworkWindow } from './network-window.ts';
import { POSE_CHANNELS } from './pose-map.ts';

const LUMA_CHANNELS = 4;
/** Channels of the pose's map that are lines, a cell wide: half as large they are as strong, and as thin there. */
const STROKES: readonly string[] = [
  'face',
  'lips',
  'lids',
] satisfies (typeof POSE_CHANNELS)[number][];

/** Where an answer's planes lie: of its window, or of the field; offsets in the memory. */
export interface AnswerPlaces {
  readonly residual: number;
  readonly share: number;
  readonly flow: number;
}

/**
 * The generator's field at half its rows and columns, where a face is as if seen from twice as far: a
 * quarter of the cells for the same network. What it is given is reduced, what it answers drawn out
 * again. Windows are told in cells of the whole field.
 */
export class HalfField {
  readonly #kernel: HalfFieldExports;
  readonly #planeBytes: number;

  constructor(field: Field, memory: WebAssembly.Memory) {
    this.#kernel = halfFieldKernel(field, memory);
    this.#planeBytes = field.planeBytes;
  }

  /** {@link INPUT_CHANNELS} of the whole field → those of half the window's rows and columns, at `target`. */
  halve(input: number, window: NetworkWindow, target: number): void {
    const { x, y, width, height } = window;
    const part = (width * height) / 4;
    const plane = (channel: number, scale: number, most: number): void =>
      this.#kernel.halvePlane(
        input + channel * this.#planeBytes,
        x,
        y,
        width,
        height,
        scale,
        most,
        target + channel * part * 4,
      );
    for (const first of [
      INPUT_CHANNELS.warp,
      INPUT_CHANNELS.warpedPrevious,
      INPUT_CHANNELS.previous,
    ]) {
      const to = target + first * part * 4;
      this.#kernel.halveLuma(input + first * this.#planeBytes, x, y, width, height, to);
      for (let k = LUMA_CHANNELS; k < PICTURE_CHANNELS; k++) plane(first + k, 1, 1);
    }
    for (const first of [INPUT_CHANNELS.lines, INPUT_CHANNELS.linesBefore]) {
      POSE_CHANNELS.forEach((name, k) => {
        plane(first + k, STROKES.includes(name) ? 2 : 1, 1);
      });
    }
    // Twice as far away a face moves by half as much of the picture.
    for (let k = 0; k < 2; k++) plane(INPUT_CHANNELS.displacement + k, 0.5, Number.MAX_VALUE);
  }

  /**
   * The parts of an answer for such an input → the window's part of the planes at `target`, the rest of which stays.
   * @param row a row of the field and 16 bytes of scratch.
   */
  double(parts: AnswerPlaces, window: NetworkWindow, target: AnswerPlaces, row: number): void {
    const { x, y, width, height } = window;
    const part = width * height; // bytes of one: a quarter of the cells, four bytes each
    const plane = (from: number, to: number, k: number, scale: number): void =>
      this.#kernel.doublePlane(
        from + k * part,
        x,
        y,
        width,
        height,
        scale,
        to + k * this.#planeBytes,
        row,
      );
    this.#kernel.doubleLuma(parts.residual, x, y, width, height, target.residual, row);
    for (let k = LUMA_CHANNELS; k < PICTURE_CHANNELS; k++) {
      plane(parts.residual, target.residual, k, 1);
    }
    plane(parts.share, target.share, 0, 1);
    for (let k = 0; k < 2; k++) plane(parts.flow, target.flow, k, 2);
  }
}
