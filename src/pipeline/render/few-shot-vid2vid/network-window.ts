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

/** The network halves its field four times: windows that begin elsewhere would be sampled in another phase. */
const STEP = 16;
/** Nothing is gained by less: below it the network's narrow layers have too little to do at once. */
const LEAST = 3 * STEP;
/** What the network sees around the face; what its mandate takes to fade out is half of that. */
const MARGIN = 8;
/** A window is kept while the face is this far inside: it moves seldom. */
const LEAST_MARGIN = 5;
/** One that is larger than it need be by this much goes, when a head has leant back. */
const TOO_LARGE = 2 * STEP;

/**
 * The part of the field that the network need be given. Its mandate ends at the face's outline, so the rest
 * would be computed for nothing: a face takes about half of a picture.
 * @param points of the face, x, y, z interleaved, sides of the picture.
 * @param before the window of the frame before, kept where it will do.
 */
export function windowAround(points: Float32Array, before?: NetworkWindow): NetworkWindow {
  let [left, top] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [right, bottom] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const index of FACE_OVAL) {
    const [x, y] = [points[3 * index]!, points[3 * index + 1]!];
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  const across = span(left, right, before && { start: before.x, length: before.width });
  const down = span(top, bottom, before && { start: before.y, length: before.height });
  if (!across || !down) return WHOLE_FIELD;
  return { x: across.start, y: down.start, width: across.length, height: down.length };
}

interface Span {
  readonly start: number;
  readonly length: number;
}

/** Along one side of the picture; undefined where the face is nowhere in it. */
function span(from: number, to: number, before: Span | undefined): Span | undefined {
  const cells = (share: number, margin: number): number =>
    Math.min(FIELD_SIDE, Math.max(0, share * FIELD_SIDE + margin));
  const start = Math.floor(cells(from, -MARGIN) / STEP) * STEP;
  const end = Math.ceil(cells(to, MARGIN) / STEP) * STEP;
  // Written so that NaN fails it too.
  if (!(end > start)) return undefined;
  const length = Math.max(LEAST, end - start);
  const kept =
    before !== undefined &&
    before.start <= cells(from, -LEAST_MARGIN) &&
    before.start + before.length >= cells(to, LEAST_MARGIN) &&
    before.length < length + TOO_LARGE;
  return kept ? before : { start: Math.min(start, FIELD_SIDE - length), length };
}
