import { FIELDS, type Field } from './field.ts';
import { type NetworkWindow, usualOf, wholeOf } from './network-window.ts';

/**
 * Sizes of windows that a device draws, the smallest first: a run has one for all of its frames, and each size
 * is compiled for, so there are few. The second is for a head that comes near.
 */
const BATCH_WINDOWS: ReadonlyMap<Field, readonly Pick<NetworkWindow, 'width' | 'height'>[]> =
  new Map(
    FIELDS.map((field) => [
      field,
      [
        usualOf(field),
        { width: 96 * field.fineness, height: 112 * field.fineness },
        wholeOf(field),
      ],
    ]),
  );

/** Windows of one size, each around the one that its frame wants. */
export function batchWindows(field: Field, wanted: readonly NetworkWindow[]): NetworkWindow[] {
  const { width, height } = BATCH_WINDOWS.get(field)!.find((size) =>
    wanted.every((window) => window.width <= size.width && window.height <= size.height),
  )!;
  return wanted.map((window) => ({
    x: start(field, window.x, window.width, width),
    y: start(field, window.y, window.height, height),
    width,
    height,
  }));
}

/** Lengths differ by a multiple of what windows' lengths do: the start stays one of those that they have. */
const start = (field: Field, from: number, length: number, longer: number): number =>
  Math.min(field.cells - longer, Math.max(0, from - (longer - length) / 2));
