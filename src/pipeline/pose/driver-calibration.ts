import type { Seconds } from '../../time.ts';
import { CANONICAL_FACE } from '../landmark/canonical-face.ts';
import { EYES, type Eye } from '../landmark/face-topology.ts';
import { eyeWidth, gaze, lidGap } from './eye-shape.ts';
import { FACE_VALUES } from './face-motion.ts';
import { FACE_REGIONS } from './face-regions.ts';
import { type LidMemory, LidRange } from './lid-range.ts';
import { closeMouth, mouthGap, mouthWidth } from './mouth-shape.ts';
import type { HeadPose, Radian } from './pose.ts';
import { type RestingMemory, RestingValue } from './resting-value.ts';

const DEGREE = Math.PI / 180;

/** The neutral face is a running mean over at least, and at most, this much evidence. */
const LEAST_WINDOW: Seconds = 0.5;
const MOST_WINDOW: Seconds = 20;

/** Mouth gaps, in mouth widths: up to about the first the mouth counts as shut. */
const SHUT_MOUTH_GAP = 0.06;
/** An open mouth tells little of the shut one, but more than nothing: some never shut theirs. */
const OPEN_MOUTH_WEIGHT = 0.02;
/**
 * Mouths further than this from the width taken for rest, as a share of it, smile or purse: less is
 * learnt from them, so that neither becomes the rest of somebody who talks on, but enough that a
 * smile in the first frame is unlearnt.
 */
const WIDTH_TOLERANCE = 0.05;
const SHAPED_WEIGHT = 0.35;
/** Raised brows, likewise, by this, in the unit of the face. */
const BROW_TOLERANCE = 0.015;

/**
 * People mostly face their camera, and cameras stand a little aside: up to these angles the first
 * frame is taken for rest. Further out it is more and more taken for a look aside, from twice on wholly.
 */
const FACING = { yaw: 12 * DEGREE, pitch: 14 * DEGREE, roll: 8 * DEGREE } as const;

function firstGuess(angle: Radian, facing: Radian): Radian {
  return angle * Math.min(1, Math.max(0, 2 - Math.abs(angle) / facing));
}

/** All that was learnt of one driver: plain data, which may cross to another process. */
export interface DriverMemory {
  readonly neutral: Float64Array;
  readonly lids: readonly LidMemory[];
  /** In the order of the values below. */
  readonly resting: readonly RestingMemory[];
  readonly ages: readonly Seconds[];
  readonly unit: number;
}

/**
 * What one driver's face looks like at rest, learnt while they use it, in bounded memory. It needs
 * no neutral first frame: an open mouth is shut and shut eyes are opened in the first guess, and
 * each part of the face is then learnt from the frames in which that part seems to rest.
 */
export class DriverCalibration {
  /** The face at rest, in face space. */
  readonly neutral = new Float64Array(FACE_VALUES);
  readonly lids: readonly [LidRange, LidRange] = [new LidRange(), new LidRange()];
  readonly #yaw = new RestingValue({ prior: 25, memory: 60, reach: 8 * DEGREE });
  readonly #pitch = new RestingValue({ prior: 25, memory: 60, reach: 8 * DEGREE });
  readonly #roll = new RestingValue({ prior: 25, memory: 60, reach: 5 * DEGREE });
  /** In units of the face, as it was when first seen. */
  readonly #x = new RestingValue({ prior: 4, memory: 60, reach: 0.5 });
  readonly #y = new RestingValue({ prior: 4, memory: 60, reach: 0.5 });
  readonly #logScale = new RestingValue({ prior: 4, memory: 60, reach: 0.15 });
  readonly #gazeX = new RestingValue({ prior: 2, memory: 30, reach: 0.2 });
  readonly #gazeY = new RestingValue({ prior: 2, memory: 30, reach: 0.2 });
  /** Evidence seen of each part, in seconds. */
  #mouthAge: Seconds = 0;
  #eyesAge: Seconds = 0;
  #browsAge: Seconds = 0;
  #restAge: Seconds = 0;
  #begun = false;

  get begun(): boolean {
    return this.#begun;
  }

  /** Undefined before anything was learnt. */
  get memory(): DriverMemory | undefined {
    if (!this.#begun) return undefined;
    return {
      neutral: this.neutral.slice(),
      lids: this.lids.map(({ memory }) => memory),
      resting: this.#resting.map(({ memory }) => memory),
      ages: [this.#mouthAge, this.#eyesAge, this.#browsAge, this.#restAge],
      unit: this.#unit,
    };
  }

  /** Goes on from where another calibration of the same driver was. */
  recall({ neutral, lids, resting, ages, unit }: DriverMemory): void {
    this.#begun = true;
    this.neutral.set(neutral);
    for (const [side, range] of this.lids.entries()) range.recall(lids[side]!);
    for (const [i, value] of this.#resting.entries()) value.recall(resting[i]!);
    this.#mouthAge = ages[0]!;
    this.#eyesAge = ages[1]!;
    this.#browsAge = ages[2]!;
    this.#restAge = ages[3]!;
    this.#unit = unit;
  }

  get #resting(): readonly RestingValue[] {
    return [
      this.#yaw,
      this.#pitch,
      this.#roll,
      this.#x,
      this.#y,
      this.#logScale,
      this.#gazeX,
      this.#gazeY,
    ];
  }

  /** Where the head rests: angles in radians, x, y and scale in the driver's picture. */
  get head(): HeadPose {
    return {
      yaw: this.#yaw.value,
      pitch: this.#pitch.value,
      roll: this.#roll.value,
      x: this.#x.value * this.#unit,
      y: this.#y.value * this.#unit,
      scale: Math.exp(this.#logScale.value),
    };
  }

  get gazeX(): number {
    return this.#gazeX.value;
  }

  get gazeY(): number {
    return this.#gazeY.value;
  }

  /** Size of the head when its place at rest was first taken: what x and y are measured in. */
  #unit = 1;

  /**
   * First guess, from one frame of whatever expression.
   * @param irises whether the tracker sees them: it then sees lids well, too.
   */
  begin(face: Float64Array, head: HeadPose, irises: boolean): void {
    this.#begun = true;
    this.neutral.set(face);
    closeMouth(this.neutral);
    EYES.forEach((eye, side) => {
      const range = this.lids[side]!;
      range.begin(lidGap(face, eye), USUAL_LID_GAPS[side]!, irises);
      openLids(this.neutral, eye, range.open);
    });
    this.#mouthAge = this.#eyesAge = this.#browsAge = this.#restAge = 0;
    this.#yaw.begin(firstGuess(head.yaw, FACING.yaw));
    this.#pitch.begin(firstGuess(head.pitch, FACING.pitch));
    this.#roll.begin(firstGuess(head.roll, FACING.roll));
    this.#gazeX.begin(0);
    this.#gazeY.begin(0);
    this.place(head);
  }

  /** The camera or the seat changed: where the head is now is where it rests. */
  place(head: HeadPose): void {
    this.#unit = head.scale;
    this.#x.begin(head.x / head.scale);
    this.#y.begin(head.y / head.scale);
    this.#logScale.begin(Math.log(head.scale));
  }

  /** This frame is the neutral one, on the driver's word. */
  adopt(face: Float64Array, head: HeadPose, irises: boolean): void {
    this.begin(face, head, irises);
    this.neutral.set(face);
    this.#mouthAge = this.#eyesAge = this.#browsAge = this.#restAge = MOST_WINDOW;
    this.#yaw.adopt(head.yaw);
    this.#pitch.adopt(head.pitch);
    this.#roll.adopt(head.roll);
    this.#x.adopt(head.x / this.#unit);
    this.#y.adopt(head.y / this.#unit);
    this.#logScale.adopt(Math.log(head.scale));
    const look = meanGaze(face);
    this.#gazeX.adopt(look.x);
    this.#gazeY.adopt(look.y);
  }

  /** One more frame, smoothed, `dt` after the last one. */
  update(face: Float64Array, head: HeadPose, dt: Seconds): void {
    this.#yaw.update(head.yaw, dt);
    this.#pitch.update(head.pitch, dt);
    this.#roll.update(head.roll, dt);
    this.#x.update(head.x / this.#unit, dt);
    this.#y.update(head.y / this.#unit, dt);
    this.#logScale.update(Math.log(head.scale), dt);

    let open = 1;
    for (let side = 0; side < 2; side++) {
      const range = this.lids[side]!;
      const gap = lidGap(face, EYES[side]!);
      range.update(gap, dt);
      open = Math.min(open, range.openness(gap));
    }
    if (open > 0.7) {
      const look = meanGaze(face);
      this.#gazeX.update(look.x, dt);
      this.#gazeY.update(look.y, dt);
    }
    this.#learn(face, open, dt);
  }

  #learn(face: Float64Array, open: number, dt: Seconds): void {
    const width = mouthWidth(this.neutral);
    const gap = Math.max(0, mouthGap(face)) / width;
    const shut = Math.max(OPEN_MOUTH_WEIGHT, Math.exp(-((gap / SHUT_MOUTH_GAP) ** 2)));
    const shaped = Math.abs(mouthWidth(face) / width - 1) > WIDTH_TOLERANCE;
    const mouth = shut * (shaped ? SHAPED_WEIGHT : 1) * dt;
    const eyes = open > 0.75 ? dt : 0;
    const raised = browHeight(face) > browHeight(this.neutral) + BROW_TOLERANCE;
    const brows = (raised ? 0.3 : 1) * dt;
    this.#mouthAge += mouth;
    this.#eyesAge += eyes;
    this.#browsAge += brows;
    this.#restAge += dt;
    const mouthShare = mouth / window(this.#mouthAge);
    const eyesShare = eyes / window(this.#eyesAge);
    const browsShare = brows / window(this.#browsAge);
    const restShare = dt / window(this.#restAge);
    const regions = FACE_REGIONS;
    for (let i = 0; 3 * i < FACE_VALUES; i++) {
      const m = regions.mouth[i]!;
      const e = regions.eyes[i]!;
      const b = regions.brows[i]!;
      const rest = Math.max(0, 1 - m - e - b);
      const share = m * mouthShare + e * eyesShare + b * browsShare + rest * restShare;
      const k = 3 * i;
      this.neutral[k]! += share * (face[k]! - this.neutral[k]!);
      this.neutral[k + 1]! += share * (face[k + 1]! - this.neutral[k + 1]!);
      this.neutral[k + 2]! += share * (face[k + 2]! - this.neutral[k + 2]!);
    }
  }
}

function window(age: Seconds): Seconds {
  return Math.min(MOST_WINDOW, Math.max(LEAST_WINDOW, age));
}

const CANONICAL = Float64Array.from(CANONICAL_FACE);
/** Lid gaps of the average open eye. */
const USUAL_LID_GAPS = EYES.map((eye) => lidGap(CANONICAL, eye));

/** Moves the upper lid so that the eye stands open by `gap` (a share of its width), in the average eye's shape. */
function openLids(face: Float64Array, eye: Eye, gap: number): void {
  if (lidGap(face, eye) >= 0.95 * gap) return;
  const factor = (gap * eyeWidth(face, eye)) / (lidGap(CANONICAL, eye) * eyeWidth(CANONICAL, eye));
  for (let k = 1; k < eye.upper.length - 1; k++) {
    const u = 3 * eye.upper[k]! + 1;
    const l = 3 * eye.lower[k]! + 1;
    face[u] = face[l]! - factor * (CANONICAL[l]! - CANONICAL[u]!);
  }
}

/** Where both eyes look, on average. */
export function meanGaze(face: Float64Array): { x: number; y: number } {
  const right = gaze(face, EYES[0]);
  const left = gaze(face, EYES[1]);
  return { x: (right.x + left.x) / 2, y: (right.y + left.y) / 2 };
}

/** Middle of each brow's lower edge above the outer and inner corner of its eye. */
export function browHeight(face: Float64Array): number {
  const y = (i: number): number => face[3 * i + 1]!;
  return (y(33) + y(133) + y(362) + y(263)) / 4 - (y(52) + y(282)) / 2;
}
