import type { MotionMode } from '../../signaling/protocol.ts';
import type { Milli } from '../../time.ts';
import { CANONICAL_FACE } from '../landmark/canonical-face.ts';
import { FACE_MESH_POINTS, type FaceLandmarks } from '../landmark/landmarks.ts';
import type { Px } from '../picture.ts';
import type { FrameSource } from '../stage.ts';
import { DriverCalibration, type DriverMemory } from './driver-calibration.ts';
import { absoluteHead, faceMotion, relativeHead } from './driver-motion.ts';
import {
  FACE_VALUES,
  type FaceMotion,
  GAZE_X,
  GAZE_Y,
  LOG_SCALE,
  PITCH,
  ROLL,
  restingMotion,
  X,
  Y,
  YAW,
} from './face-motion.ts';
import { type FacePresence, NOBODY, nextPresence } from './face-presence.ts';
import { HeadFit } from './head-fit.ts';
import { IdentityFace } from './identity-face.ts';
import { idleMotion } from './idle-motion.ts';
import { synthesiseIrises } from './iris.ts';
import { MotionFilter } from './motion-filter.ts';
import type { HeadPose, Pose } from './pose.ts';
import { anglesOf } from './rotation.ts';
import { isSceneCut } from './scene-cut.ts';
import { DEFAULT_SMOOTHING } from './smoothing.ts';
import { Transition } from './transition.ts';

export interface PuppeteerOptions {
  readonly motion: MotionMode;
  /** 0 snappy … 1 smooth: see docs/motion.md for the measured lag and jitter. */
  readonly smoothing: number;
  /** Makes idle motion differ from one session to the next, and repeat where it should. */
  readonly seed: number;
  /**
   * For absolute motion: the square of the driver's picture that the output stands for.
   * Left out: the largest one in the middle.
   */
  readonly view?: { readonly x: Px; readonly y: Px; readonly side: Px };
}

const DEFAULT_PUPPETEER_OPTIONS: PuppeteerOptions = Object.freeze({
  motion: 'relative',
  smoothing: DEFAULT_SMOOTHING,
  seed: 1,
});

export interface Posed {
  readonly pose: Pose;
  readonly source: FrameSource;
  /** The driver's picture changed abruptly: what renderers remember of the past is stale. */
  readonly sceneCut: boolean;
}

/** How long the avatar takes to ease from one source of motion to another. */
const INTO_IDLE: Milli = 900;
const INTO_LIVE: Milli = 350;
/** After a gap this short the face is about where it was: nothing to ease. */
const SHORT_GAP: Milli = 300;
/** After a gap this long people sit elsewhere: where they are now is their new place. */
const LONG_GAP: Milli = 2000;
/** Calibration learns from frames, not from gaps between them. */
const MOST_EVIDENCE: Milli = 100;
/** Faces this much alike, in units of the face, root mean square, are one face in one picture. */
const SAME_PICTURE = 0.015;
/** Between the eyes: smaller heads, or those that take this share of the picture's width, are a tracker's dreams. */
const LEAST_HEAD: Px = 4;
const MOST_HEAD = 0.8;
/** Any face lies this near the average one, in units of the face, root mean square: people 0.1, a yawn 0.2. */
const UNLIKENESS = 0.4;

/**
 * Moves one identity's face as one driver's: filters the driver's landmarks, learns what the driver
 * looks like at rest, and carries what they do to the identity. Holds, then idles, where there is no
 * face. Every pose it returns is finite, whatever landmarks it is given.
 */
export class Puppeteer {
  readonly #options: PuppeteerOptions;
  readonly #fit = new HeadFit();
  readonly #face = new Float64Array(FACE_VALUES);
  readonly #filter: MotionFilter;
  readonly #calibration = new DriverCalibration();
  /** This frame's motion; that of the last frame with a face; that of the last pose returned. */
  readonly #motion: FaceMotion = restingMotion();
  readonly #held: FaceMotion = restingMotion();
  readonly #shown: FaceMotion = restingMotion();
  readonly #transition = new Transition(this.#motion.length);
  #mode: MotionMode;
  #identity: IdentityFace;
  #presence: FacePresence = NOBODY;
  /** The driver's head in the last frame that had one, before smoothing. */
  #seen: { readonly head: HeadPose; readonly at: Milli } | undefined;
  #lastPose: Pose | undefined;
  /** The identity is the driver in this very picture; undefined until a frame tells. */
  #mirror: boolean | undefined;
  #recalibrate = false;
  /** The next motion means something else than the last: ease into it for so long. */
  #ease: Milli = 0;

  /**
   * @param neutral the identity's neutral pose.
   * @throws UnderstudyError `bad_neutral_pose`
   */
  constructor(neutral: Pose, options: Partial<PuppeteerOptions> = {}) {
    this.#options = { ...DEFAULT_PUPPETEER_OPTIONS, ...options };
    this.#mode = this.#options.motion;
    this.#identity = new IdentityFace(neutral);
    this.#filter = new MotionFilter(this.#options.smoothing);
  }

  /** One camera frame's face, or none. */
  drive(landmarks: FaceLandmarks | undefined, now: Milli): Posed {
    const head = landmarks && this.#look(landmarks);
    if (!landmarks || !head) return { ...this.fill(now), sceneCut: false };
    const gap = this.#seen ? Math.max(0, now - this.#seen.at) : 0;
    const sceneCut =
      this.#seen !== undefined &&
      this.#presence.state !== 'idle' &&
      isSceneCut(this.#seen.head, head, gap / 1000);
    this.#seen = { head, at: now };
    if (sceneCut) this.#filter.reset();
    const smooth = this.#filter.apply(this.#face, head, now);
    this.#calibrate(smooth, landmarks.count !== FACE_MESH_POINTS, sceneCut, gap);
    this.#read(smooth, landmarks);
    this.#held.set(this.#motion);
    if (this.#presence.state === 'idle' || gap > SHORT_GAP) this.#ease ||= INTO_LIVE;
    if (sceneCut) this.#ease = 0;
    this.#presence = nextPresence(this.#presence, true, now);
    if (sceneCut) this.#transition.cancel();
    return { pose: this.#show(now), source: 'driven', sceneCut };
  }

  /** No face to go by: holds, then idles. */
  fill(now: Milli): { pose: Pose; source: FrameSource } {
    const was = this.#presence.state;
    this.#presence = nextPresence(this.#presence, false, now);
    if (this.#presence.state === 'idle') {
      idleMotion(now, this.#options.seed, this.#motion);
      if (this.#mode === 'absolute') this.#standStill();
      if (was !== 'idle') this.#ease = INTO_IDLE;
      return { pose: this.#show(now), source: 'idle' };
    }
    this.#motion.set(this.#held);
    return { pose: this.#show(now), source: 'held' };
  }

  /** What was learnt of the driver; undefined before anything was. */
  get memory(): DriverMemory | undefined {
    return this.#calibration.memory;
  }

  /** Another puppeteer has driven this session so far: goes on with what it learnt. */
  recall(memory: DriverMemory): void {
    this.#calibration.recall(memory);
  }

  /** Another identity takes over the motion where it is; what was learnt of the driver stays. */
  setNeutral(neutral: Pose): void {
    this.#identity = new IdentityFace(neutral);
    this.#mirror = undefined;
  }

  setMotion(change: {
    motion?: MotionMode;
    smoothing?: number;
    /** Take the driver's next frame as the neutral one. */
    recalibrate?: boolean;
  }): void {
    if (change.smoothing !== undefined) this.#filter.smoothing = change.smoothing;
    if (change.recalibrate) this.#recalibrate = true;
    if (change.motion === undefined || change.motion === this.#mode) return;
    this.#mode = change.motion;
    this.#ease = INTO_LIVE;
    if (!this.#lastPose) return;
    for (const motion of [this.#shown, this.#held]) {
      if (this.#mode === 'absolute') absoluteHead(this.#lastPose.head, motion);
      else relativeHead(this.#lastPose.head, this.#identity.head, motion);
    }
  }

  /** @returns the head, in pixels of the driver's picture, and leaves the face in `#face`; undefined if it is none. */
  #look({ points, count, pictureWidth }: FaceLandmarks): HeadPose | undefined {
    if (points.length < 3 * count || !this.#fit.fit(points)) return undefined;
    const size = this.#fit.scale;
    if (size < LEAST_HEAD || size > MOST_HEAD * pictureWidth) return undefined;
    this.#fit.toFace(points, count, this.#face);
    let unlikeness = 0;
    for (let k = 0; k < 3 * count; k++) unlikeness += (this.#face[k]! - CANONICAL_FACE[k]!) ** 2;
    // Written so that NaN fails it too.
    if (!(unlikeness / count < UNLIKENESS ** 2)) return undefined;
    if (count === FACE_MESH_POINTS) synthesiseIrises(this.#face);
    return { ...anglesOf(this.#fit.rotation), x: this.#fit.x, y: this.#fit.y, scale: size };
  }

  #calibrate(head: HeadPose, irises: boolean, sceneCut: boolean, gap: Milli): void {
    const driver = this.#calibration;
    if (this.#recalibrate) {
      this.#recalibrate = false;
      driver.adopt(this.#face, head, irises);
      this.#ease = INTO_LIVE;
    } else if (!driver.begun || sceneCut) {
      driver.begin(this.#face, head, irises);
    } else {
      if (gap > LONG_GAP) driver.place(head);
      driver.update(this.#face, head, Math.min(MOST_EVIDENCE, gap) / 1000);
    }
  }

  /** Writes what the driver does into `#motion`. */
  #read(head: HeadPose, landmarks: FaceLandmarks): void {
    if (this.#mode === 'relative') relativeHead(head, this.#calibration.head, this.#motion);
    else absoluteHead(this.#inView(head, landmarks), this.#motion);
    this.#mirror ??= this.#identity.distanceTo(this.#face) < SAME_PICTURE;
    if (this.#mirroring) {
      this.#identity.mirrored(this.#face, this.#motion);
      return;
    }
    // Hidden irises keep looking where they did.
    this.#motion[GAZE_X] = this.#held[GAZE_X]!;
    this.#motion[GAZE_Y] = this.#held[GAZE_Y]!;
    faceMotion(this.#face, this.#calibration, this.#motion);
    if (landmarks.count === FACE_MESH_POINTS) this.#motion[GAZE_X] = this.#motion[GAZE_Y] = 0;
  }

  get #mirroring(): boolean {
    return this.#mirror === true && this.#mode === 'absolute';
  }

  /** From pixels of the driver's picture to fractions of the output. */
  #inView(head: HeadPose, { pictureWidth, pictureHeight }: FaceLandmarks): HeadPose {
    const middle = Math.min(pictureWidth, pictureHeight);
    const { x, y, side } = this.#options.view ?? {
      x: (pictureWidth - middle) / 2,
      y: (pictureHeight - middle) / 2,
      side: middle,
    };
    return { ...head, x: (head.x - x) / side, y: (head.y - y) / side, scale: head.scale / side };
  }

  /** Relative idle motion, about the place that the identity has in its own picture. */
  #standStill(): void {
    const { yaw, pitch, roll, x, y, scale } = this.#identity.head;
    this.#motion[YAW]! += yaw;
    this.#motion[PITCH]! += pitch;
    this.#motion[ROLL]! += roll;
    this.#motion[X] = x + this.#motion[X]! * scale;
    this.#motion[Y] = y + this.#motion[Y]! * scale;
    this.#motion[LOG_SCALE]! += Math.log(scale);
  }

  #show(now: Milli): Pose {
    if (this.#ease > 0 && this.#lastPose) {
      this.#transition.begin(this.#shown, this.#motion, now, this.#ease);
    }
    this.#ease = 0;
    this.#transition.apply(this.#motion, now);
    this.#shown.set(this.#motion);
    this.#lastPose =
      this.#mirroring && this.#presence.state !== 'idle'
        ? this.#identity.mirror(this.#motion)
        : this.#identity.move(this.#motion, this.#mode);
    return this.#lastPose;
  }
}
