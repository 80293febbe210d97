import type { Milli, Seconds } from '../../time.ts';
import { EYES } from '../landmark/face-topology.ts';
import { FACE_MESH_POINTS, FACE_MESH_POINTS_WITH_IRISES } from '../landmark/landmarks.ts';
import { FACE_REGIONS } from './face-regions.ts';
import { OneEuroFilter } from './one-euro.ts';
import type { HeadPose } from './pose.ts';
import { type FilterStrengths, filterStrengths } from './smoothing.ts';

/** Frames closer than this came in a burst; further apart, the past says nothing of the present. */
const LEAST_STEP: Seconds = 1 / 240;
const MOST_STEP: Seconds = 0.5;

const HEAD_YAW = 0;
const HEAD_X = 3;
const HEAD_LOG_SCALE = 5;

/**
 * Smooths a driver's motion: the head's turn, place and size each on their own, and the face in
 * face space, free of the head, part by part. So what jitters as a whole is held still as a whole
 * (which is most of the flicker seen in a rendered face), while lips and lids stay quick.
 */
export class MotionFilter {
  readonly #head = new Float64Array(6);
  readonly #turn: OneEuroFilter;
  readonly #place: OneEuroFilter;
  readonly #size: OneEuroFilter;
  readonly #lids: OneEuroFilter;
  readonly #mouth: OneEuroFilter;
  readonly #irises: OneEuroFilter;
  readonly #skin: OneEuroFilter;
  #strengths: FilterStrengths | undefined;
  #last: Milli | undefined;

  constructor(smoothing: number) {
    this.#strengths = filterStrengths(smoothing);
    const s = this.#strengths ?? filterStrengths(1)!;
    this.#turn = new OneEuroFilter([HEAD_YAW, HEAD_YAW + 1, HEAD_YAW + 2], 3, s.turn);
    this.#place = new OneEuroFilter([HEAD_X, HEAD_X + 1], 2, s.place);
    this.#size = new OneEuroFilter([HEAD_LOG_SCALE], 1, s.size);
    this.#lids = new OneEuroFilter(entries(LIDS), 3, s.lids);
    this.#mouth = new OneEuroFilter(entries(MOUTH), 3, s.mouth);
    this.#irises = new OneEuroFilter(entries(IRISES), 3, s.irises);
    this.#skin = new OneEuroFilter(entries(SKIN), 3, s.skin);
  }

  /** @param smoothing 0 … 1: see docs/motion.md */
  set smoothing(smoothing: number) {
    const before = this.#strengths;
    const s = filterStrengths(smoothing);
    this.#strengths = s;
    if (!s) return;
    // While off, the filters saw nothing: what they remember is stale.
    if (!before) this.reset();
    this.#turn.parameters = s.turn;
    this.#place.parameters = s.place;
    this.#size.parameters = s.size;
    this.#lids.parameters = s.lids;
    this.#mouth.parameters = s.mouth;
    this.#irises.parameters = s.irises;
    this.#skin.parameters = s.skin;
  }

  /** The next frame passes as it is: a scene cut, or a face found again. */
  reset(): void {
    this.#last = undefined;
    this.#turn.reset();
    this.#place.reset();
    this.#size.reset();
    this.#lids.reset();
    this.#mouth.reset();
    this.#irises.reset();
    this.#skin.reset();
  }

  /**
   * Smooths a face in face space in place.
   * @returns the smoothed head, in the units of the given one.
   */
  apply(face: Float64Array, head: HeadPose, now: Milli): HeadPose {
    const gap = this.#last === undefined ? MOST_STEP : (now - this.#last) / 1000;
    if (gap > MOST_STEP) this.reset();
    this.#last = now;
    if (!this.#strengths) return head;
    const dt = Math.min(MOST_STEP, Math.max(LEAST_STEP, gap));
    const h = this.#head;
    h[HEAD_YAW] = head.yaw;
    h[HEAD_YAW + 1] = head.pitch;
    h[HEAD_YAW + 2] = head.roll;
    h[HEAD_X] = head.x;
    h[HEAD_X + 1] = head.y;
    h[HEAD_LOG_SCALE] = Math.log(head.scale);
    this.#turn.apply(h, dt);
    this.#place.apply(h, dt, head.scale);
    this.#size.apply(h, dt);
    this.#lids.apply(face, dt);
    this.#mouth.apply(face, dt);
    this.#irises.apply(face, dt);
    this.#skin.apply(face, dt);
    return {
      yaw: h[HEAD_YAW]!,
      pitch: h[HEAD_YAW + 1]!,
      roll: h[HEAD_YAW + 2]!,
      x: h[HEAD_X]!,
      y: h[HEAD_X + 1]!,
      scale: Math.exp(h[HEAD_LOG_SCALE]!),
    };
  }
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

const IRISES = range(FACE_MESH_POINTS, FACE_MESH_POINTS_WITH_IRISES);
const LIDS = [...new Set(EYES.flatMap((eye) => [...eye.upper, ...eye.lower]))];
const MOUTH = range(0, FACE_MESH_POINTS).filter((i) => FACE_REGIONS.mouth[i]! > 0.5);
const SKIN = range(0, FACE_MESH_POINTS).filter((i) => !LIDS.includes(i) && !MOUTH.includes(i));

function entries(points: readonly number[]): number[] {
  return points.flatMap((i) => [3 * i, 3 * i + 1, 3 * i + 2]);
}
