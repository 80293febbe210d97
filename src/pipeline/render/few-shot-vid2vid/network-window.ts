import { FACE_OVAL } from '../warp/mesh-contours.ts';
import { FIELD_SIDE } from './network-shape.ts';

/** A part of the network's field, in its cells. */
export interface NetworkWindow {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const WHOLE_FIELD: NetworkWindow = Object.freeze({
  x: 0,
  y: 0,
  width: FIELD_SIDE,
  height: FIELD_SIDE,
});

/** Whether there is nothing to cut off. */
export const isWhole = ({ width, height }: NetworkWindow): boolean =>
  width === FIELD_SIDE && height === FIELD_SIDE;

/** What the face of an identity takes, as identities are framed. */
export const USUAL_WINDOW: NetworkWindow = Object.freeze({ x: 32, y: 24, width: 64, height: 80 });

/** The network halves its field four times. */
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
 * @param before the window of the frame before, kept where it will do.
 * @param scale cells in a row or column of the field to one of the network's.
 */
export function windowAround(
  points: Float32Array,
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
  const across = span({ from: left, to: right, scale }, [l, r], found?.[0]);
  const down = span({ from: top, to: bottom, scale }, [t, b], found?.[1]);
  if (!across || !down) return WHOLE_FIELD;
  return { x: across.start, y: down.start, width: across.length, height: down.length };
}

type Margin = (typeof MARGINS)[keyof typeof MARGINS];

interface Span {
  readonly start: number;
  readonly length: number;
}

/** Along one side of the picture; undefined where the face is nowhere in it. */
function span(
  { from, to, scale }: { readonly from: number; readonly to: number; readonly scale: number },
  [low, high]: readonly [Margin, Margin],
  before: Span | undefined,
): Span | undefined {
  const cells = (share: number, margin: number): number =>
    Math.min(FIELD_SIDE, Math.max(0, share * FIELD_SIDE + margin));
  const [start, end] = [cells(from, -low.fresh), cells(to, high.fresh)];
  // Written so that NaN fails it too.
  if (!(end > start)) return undefined;
  const [least, most] = [cells(from, -low.kept), cells(to, high.kept)];
  const holds = (span: Span): boolean => span.start <= least && span.start + span.length >= most;
  const [lengthStep, startStep] = [scale * LENGTH_STEP, scale * START_STEP];
  let length = lengthStep * Math.ceil(Math.max(LEAST, end - start) / lengthStep);
  if (before && holds(before) && before.length < length + TOO_LARGE) return before;
  const about = (start + end) / 2;
  for (; length < FIELD_SIDE; length += lengthStep) {
    const middle = startStep * Math.round((about - length / 2) / startStep);
    const found = { start: Math.min(FIELD_SIDE - length, Math.max(0, middle)), length };
    if (holds(found)) return found;
  }
  return { start: 0, length: FIELD_SIDE };
}
