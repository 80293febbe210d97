import { FACE_OVAL } from '../../landmark/face-topology.ts';
import type { Field } from './field.ts';

/** A part of the network's field, in its cells. */
export interface NetworkWindow {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A whole field. */
export const wholeOf = ({ cells }: Field): NetworkWindow => ({
  x: 0,
  y: 0,
  width: cells,
  height: cells,
});

/** Whether there is nothing to cut off. */
export const isWhole = ({ width, height }: NetworkWindow, { cells }: Field): boolean =>
  width === cells && height === cells;

/** What the face of an identity takes of a field, as identities are framed. */
export const usualOf = ({ fineness }: Field): NetworkWindow => ({
  x: 32 * fineness,
  y: 24 * fineness,
  width: 64 * fineness,
  height: 80 * fineness,
});

// All of these are in cells of a field of 128², and so many times as many of a finer one: a window is the same part of
// the picture on any. What is finer is halved more often, until a side has as few cells as that one's then.

/** A network halves a field of 128² four times. */
const LENGTH_STEP = 16;
/** Windows that begin elsewhere would be sampled in another phase, but for the coarsest of its layers. */
const START_STEP = 8;
/** Nothing is gained by less: below it the network's narrow layers have too little to do at once. */
const LEAST = 48;
/**
 * Cells around the face that a new window has at least about, and one that is kept at least: it moves seldom. The
 * mandate ends at the outline, so that only what the network sees there counts: a jaw that drops wants more.
 */
const MARGINS = Object.freeze({
  left: { fresh: 7, kept: 3 },
  top: { fresh: 4, kept: 2 },
  right: { fresh: 7, kept: 3 },
  bottom: { fresh: 10, kept: 6 },
});
/** One that is larger than it need be by this much goes, when a head has leant back. */
const TOO_LARGE = 2 * LENGTH_STEP;

/**
 * The part of the field that the network need be given. Its mandate ends at the face's outline, so the rest
 * would be computed for nothing: a face takes about half of a picture.
 * @param points of the face, x, y, z interleaved, sides of the picture.
 * @param field its cells are what the window is told in.
 * @param before the window of the frame before, kept where it will do.
 * @param scale cells in a row or column of the field to one of the network's.
 */
export function windowAround(
  points: Float32Array,
  field: Field,
  before?: NetworkWindow,
  scale: 1 | 2 = 1,
): NetworkWindow {
  let [left, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [right, bottom] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const index of FACE_OVAL) {
    const [x, y] = [points[3 * index]!, points[3 * index + 1]!];
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  const { left: l, top: t, right: r, bottom: b } = MARGINS;
  const found = before && [
    { start: before.x, length: before.width },
    { start: before.y, length: before.height },
  ];
  const across = span({ from: left, to: right, field, scale }, [l, r], found?.[0]);
  const down = span({ from: top, to: bottom, field, scale }, [t, b], found?.[1]);
  if (!across || !down) return wholeOf(field);
  return { x: across.start, y: down.start, width: across.length, height: down.length };
}

type Margin = (typeof MARGINS)[keyof typeof MARGINS];

interface Span {
  readonly start: number;
  readonly length: number;
}

/** Along one side of the picture; undefined where the face is nowhere in it. */
function span(
  {
    from,
    to,
    field: { cells: side, fineness },
    scale,
  }: {
    readonly from: number;
    readonly to: number;
    readonly field: Field;
    readonly scale: number;
  },
  [low, high]: readonly [Margin, Margin],
  before: Span | undefined,
): Span | undefined {
  const cells = (share: number, margin: number): number =>
    Math.min(side, Math.max(0, share * side + fineness * margin));
  const [start, end] = [cells(from, -low.fresh), cells(to, high.fresh)];
  // Written so that NaN fails it too.
  if (!(end > start)) return undefined;
  const [least, most] = [cells(from, -low.kept), cells(to, high.kept)];
  const holds = (span: Span): boolean => span.start <= least && span.start + span.length >= most;
  const [lengthStep, startStep] = [LENGTH_STEP, START_STEP].map(
    (step) => scale * fineness * step,
  ) as [number, number];
  let length = lengthStep * Math.ceil(Math.max(fineness * LEAST, end - start) / lengthStep);
  if (before && holds(before) && before.length < length + fineness * TOO_LARGE) return before;
  const about = (start + end) / 2;
  for (; length < side; length += lengthStep) {
    const middle = startStep * Math.round((about - length / 2) / startStep);
    const found = { start: Math.min(side - length, Math.max(0, middle)), length };
    if (holds(found)) return found;
  }
  return { start: 0, length: side };
}
