import { UnderstudyError } from '../../errors.ts';
import type { MotionMode } from '../../signaling/protocol.ts';
import { EYES, type Eye } from '../landmark/face-topology.ts';
import { type Proportions, proportionsOf } from './driver-motion.ts';
import { type ExpressionReference, expressionOf, expressionReference } from './expression.ts';
import { eyeWidth } from './eye-shape.ts';
import {
  FACE_VALUES,
  type FaceMotion,
  GAZE_X,
  GAZE_Y,
  LID_LEFT,
  LID_RIGHT,
  LOG_SCALE,
  OFFSETS,
  PITCH,
  ROLL,
  X,
  Y,
  YAW,
} from './face-motion.ts';
import { FACE_REGIONS } from './face-regions.ts';
import { HeadFit } from './head-fit.ts';
import { closeMouth, keepLipsApart, mouthGap } from './mouth-shape.ts';
import type { HeadPose, Pose } from './pose.ts';
import { anglesOf } from './rotation.ts';
import { softLimit } from './soft-limit.ts';
import { turnLimit } from './turn-limit.ts';

const DEGREE = Math.PI / 180;

/** How far a head may leave the view that its picture shows: beyond, there is no skin to draw. */
const LIMITS = {
  pitch: { knee: 18 * DEGREE, limit: 30 * DEGREE },
  roll: { knee: 25 * DEGREE, limit: 40 * DEGREE },
  /** In units of the face. */
  place: { knee: 0.35, limit: 0.8 },
  /** Logarithm of the size ratio: 0.75 … 1.33. */
  logScale: { knee: 0.15, limit: 0.29 },
} as const;

/** The head, from its centre to an edge of the picture, in units of the face: it stays inside. */
const HEAD_ROOM = 1.1;
/** What counts as a mouth standing open in the identity's own picture, in units of the face. */
const STANDING_OPEN = 0.03;
/** Eyes open at most this much wider than in the identity's picture. */
const WIDEST_EYES = 1.35;
/** Openness under which lids touch: trackers rarely read the last of it. */
const TOUCHING = 0.08;
/** The iris's centre stays this share of the half width inside the corners. */
const GAZE_LIMIT = 0.55;

/** The face of one identity, ready to be moved. */
export class IdentityFace {
  readonly #neutral: Float64Array;
  /** As in the picture, but with the lips together: what a driver's mouth opens. */
  readonly #base: Float64Array;
  readonly #head: HeadPose;
  readonly #z: number;
  readonly #proportions: Proportions;
  readonly #reference: ExpressionReference;
  readonly #fit = new HeadFit();
  readonly #face = new Float64Array(FACE_VALUES);

  /** @throws UnderstudyError `bad_neutral_pose` */
  constructor(neutral: Pose) {
    if (neutral.points.length !== FACE_VALUES || !this.#fit.fit(neutral.points)) {
      throw new UnderstudyError(
        'bad_neutral_pose',
        'The neutral pose of the identity does not form a face.',
        { value: neutral.points.length, valid: `${FACE_VALUES} finite values` },
      );
    }
    const { rotation, x, y, z, scale } = this.#fit;
    this.#head = { ...anglesOf(rotation), x, y, scale };
    this.#z = z;
    this.#neutral = new Float64Array(FACE_VALUES);
    this.#fit.toFace(neutral.points, FACE_VALUES / 3, this.#neutral);
    this.#base = Float64Array.from(this.#neutral);
    if (mouthGap(this.#base) > STANDING_OPEN) closeMouth(this.#base);
    this.#proportions = proportionsOf(this.#base);
    this.#reference = expressionReference(this.#base);
  }

  /** Where the head stands in the identity's own picture. */
  get head(): HeadPose {
    return this.#head;
  }

  /** Mean distance of each point to those of another face, root mean square, in units of the face. */
  distanceTo(face: Float64Array): number {
    let sum = 0;
    for (let k = 0; k < FACE_VALUES; k++) sum += (face[k]! - this.#neutral[k]!) ** 2;
    return Math.sqrt((3 * sum) / FACE_VALUES);
  }

  /** The identity doing what `motion` says, within what its picture can show. */
  move(motion: FaceMotion, mode: MotionMode): Pose {
    const face = this.#face;
    const { mouth, eyes } = this.#proportions;
    for (let i = 0; 3 * i < FACE_VALUES; i++) {
      const scale = 1 + FACE_REGIONS.mouth[i]! * (mouth - 1) + FACE_REGIONS.eyes[i]! * (eyes - 1);
      for (let k = 3 * i; k < 3 * i + 3; k++) {
        face[k] = this.#base[k]! + scale * motion[OFFSETS + k]!;
      }
    }
    keepLipsApart(face);
    this.#moveLids(EYES[0], motion[LID_RIGHT]!);
    this.#moveLids(EYES[1], motion[LID_LEFT]!);
    for (const eye of EYES) this.#moveIris(eye, motion[GAZE_X]!, motion[GAZE_Y]!);
    return this.#place(this.#limited(motion, mode));
  }

  /** The motion itself, point by point, where driver and identity are one: absolute, nothing transferred. */
  mirror(motion: FaceMotion): Pose {
    for (let k = 0; k < FACE_VALUES; k++) {
      this.#face[k] = this.#neutral[k]! + motion[OFFSETS + k]!;
    }
    return this.#place({
      yaw: motion[YAW]!,
      pitch: motion[PITCH]!,
      roll: motion[ROLL]!,
      x: motion[X]!,
      y: motion[Y]!,
      scale: Math.exp(motion[LOG_SCALE]!),
    });
  }

  /** Difference of a face in face space to the identity's, as {@link mirror} takes it. */
  mirrored(face: Float64Array, out: FaceMotion): void {
    for (let k = 0; k < FACE_VALUES; k++) out[OFFSETS + k] = face[k]! - this.#neutral[k]!;
    out[LID_RIGHT] = 1;
    out[LID_LEFT] = 1;
    out[GAZE_X] = 0;
    out[GAZE_Y] = 0;
  }

  #limited(motion: FaceMotion, mode: MotionMode): HeadPose {
    const own = this.#head;
    const relative = mode === 'relative';
    const yaw = relative ? motion[YAW]! : motion[YAW]! - own.yaw;
    const pitch = relative ? motion[PITCH]! : motion[PITCH]! - own.pitch;
    const roll = relative ? motion[ROLL]! : motion[ROLL]! - own.roll;
    const logScale = relative ? motion[LOG_SCALE]! : motion[LOG_SCALE]! - Math.log(own.scale);
    const x = relative ? motion[X]! : (motion[X]! - own.x) / own.scale;
    const y = relative ? motion[Y]! : (motion[Y]! - own.y) / own.scale;
    const scale =
      own.scale *
      Math.exp(
        relative ? softLimit(logScale, LIMITS.logScale.knee, LIMITS.logScale.limit) : logScale,
      );
    const place = (to: number): number =>
      relative ? softLimit(to, LIMITS.place.knee, LIMITS.place.limit) : to;
    // In absolute motion the driver may be the picture's own model, whose turns are as they were.
    const turn = turnLimit(relative ? own.yaw : 0, yaw);
    return {
      yaw: own.yaw + softLimit(yaw, turn.knee, turn.limit),
      pitch: own.pitch + softLimit(pitch, LIMITS.pitch.knee, LIMITS.pitch.limit),
      roll: own.roll + softLimit(roll, LIMITS.roll.knee, LIMITS.roll.limit),
      x: inFrame(own.x + place(x) * own.scale, own.x, scale),
      y: inFrame(own.y + place(y) * own.scale, own.y, scale),
      scale,
    };
  }

  #place(head: HeadPose): Pose {
    // The depth of the picture plane plays no part: the head turns about its own place.
    this.#fit.set(head, this.#z);
    const points = new Float32Array(FACE_VALUES);
    this.#fit.fromFace(this.#face, points);
    return { points, head, expression: expressionOf(this.#face, this.#reference) };
  }

  /** Column by column: the lower lid as the driver's moves, the upper one as far above it as the eye is open. */
  #moveLids(eye: Eye, openness: number): void {
    const open =
      openness < 2 * TOUCHING
        ? Math.max(0, 2 * (openness - TOUCHING))
        : Math.min(WIDEST_EYES, openness);
    for (let k = 1; k < eye.upper.length - 1; k++) {
      const u = 3 * eye.upper[k]!;
      const l = 3 * eye.lower[k]!;
      // In depth too: lids that met only as seen from the front would part in a nod.
      for (let axis = 0; axis < 3; axis++) {
        this.#face[u + axis] =
          this.#face[l + axis]! + open * (this.#base[u + axis]! - this.#base[l + axis]!);
      }
    }
  }

  #moveIris(eye: Eye, gazeX: number, gazeY: number): void {
    const half = eyeWidth(this.#base, eye) / 2;
    const dx = softLimit(gazeX, GAZE_LIMIT / 2, GAZE_LIMIT) * half;
    const dy = softLimit(gazeY, GAZE_LIMIT / 2, GAZE_LIMIT) * half;
    for (let i = eye.iris; i < eye.iris + 5; i++) {
      this.#face[3 * i] = this.#base[3 * i]! + dx;
      this.#face[3 * i + 1] = this.#base[3 * i + 1]! + dy;
      this.#face[3 * i + 2] = this.#base[3 * i + 2]!;
    }
  }
}

/** Keeps the head's centre far enough from the edges, unless the picture itself puts it nearer. */
function inFrame(to: number, own: number, scale: number): number {
  const room = Math.min(0.5, HEAD_ROOM * scale);
  const low = Math.min(own, room);
  const high = Math.max(own, 1 - room);
  return Math.min(high, Math.max(low, to));
}
