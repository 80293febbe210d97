import { FIELD_SIDE } from './network-shape.ts';
import { type NetworkWindow, USUAL_WINDOW, WHOLE_FIELD } from './network-window.ts';

/**
 * Sizes of windows that a device draws, the smallest first: a run has one for all of its frames, and each size
 * is compiled for, so there are few. The second is for a head that comes near.
 */
const BATCH_WINDOWS: readonly Pick<NetworkWindow, 'width' | 'height'>[] = [
  USUAL_WINDOW,
  { width: 96, height: 112 },
  WHOLE_FIELD,
];

/** Windows of one size, each around the one that its frame wants. */
export function batchWindows(wanted: readonly NetworkWindow[]): NetworkWindow[] {
  const { width, height } = BATCH_WINDOWS.find((size) =>
    wanted.every((window) => window.width <= size.width && window.height <= size.height),
  )!;
  return wanted.map((window) => ({
    x: start(window.x, window.width, width),
    y: start(window.y, window.height, height),
    width,
    height,
  }));
}

/** Lengths differ by a multiple of sixteen: the start stays one of those that windows have. */
const start = (from: number, length: number, longer: number): number =>
  Math.min(FIELD_SIDE - longer, Math.max(0, from - (longer - length) / 2));
