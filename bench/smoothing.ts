import { EYES } from '../src/pipeline/landmark/face-topology.ts';
import type { FaceLandmarks } from '../src/pipeline/landmark/landmarks.ts';
import { FACE_REGIONS } from '../src/pipeline/pose/face-regions.ts';
import { poseOf } from '../src/pipeline/pose/neutral-pose.ts';
import { Puppeteer } from '../src/pipeline/pose/puppeteer.ts';
import type { Milli } from '../src/time.ts';
import { type FaceReading, readFace } from '../test/pipeline/pose/face-reading.ts';
import {
  type Acting,
  syntheticFace,
  syntheticIdentity,
} from '../test/pipeline/pose/synthetic-face.ts';
import { seededRandom } from '../test/pipeline/seeded-random.ts';

/** What the smoothing knob costs and buys at one setting. */
export interface SmoothingFigures {
  readonly smoothing: number;
  /** How late the identity is, at 30 fps: the delay at which it matches the driver best. */
  readonly lag: { readonly head: Milli; readonly mouth: Milli; readonly lids: Milli };
  /** How far points of a still face move from frame to frame, root mean square, in pixels at 512². */
  readonly jitter: { readonly face: number; readonly mouth: number; readonly lids: number };
}

const FPS = 30;
const FRAME: Milli = 1000 / FPS;
const DEGREE = Math.PI / 180;
/** Output pixels at which jitter is given. */
const SIDE = 512;

/**
 * Noise of the tracker: what a still head's landmarks differ by from frame to frame, as read off
 * second differences of tracked webcam clips at 30 fps (median absolute deviation). Points in units of the face;
 * `together` is the share of it by which a part's points move as one.
 */
const NOISE = {
  yaw: 0.07 * DEGREE,
  pitch: 0.065 * DEGREE,
  roll: 0.045 * DEGREE,
  x: 0.002,
  y: 0.0012,
  size: 0.0008,
  mouth: { each: 0.0005, together: 0.8 },
  lids: { each: 0.0004, together: 0.4 },
  irises: { each: 0.0005, together: 0.8 },
  skin: { each: 0.0004, together: 0.3 },
} as const;

const LID_POINTS = new Set(EYES.flatMap((eye) => [...eye.upper, ...eye.lower]));

function partOf(point: number): 'mouth' | 'lids' | 'irises' | 'skin' {
  if (point >= 468) return 'irises';
  if (LID_POINTS.has(point)) return 'lids';
  return FACE_REGIONS.mouth[point]! > 0.5 ? 'mouth' : 'skin';
}

/** Somebody talking in a lively way: syllables, blinks, turns of the head. */
function lively(t: number): Acting {
  const blink = Math.max(0, 1 - Math.abs(((t + 0.9) % 2.7) - 0.2) / 0.13);
  return {
    yaw: DEGREE * (10 * Math.sin(2.4 * t) + 4 * Math.sin(5.3 * t)),
    pitch: DEGREE * (5 * Math.sin(3.1 * t + 1) + 2 * Math.sin(6.7 * t)),
    // Syllables quicken and slow down: no delay but the true one matches them all.
    mouth:
      0.25 *
      Math.max(0, Math.sin(20 * t + 5 * Math.sin(1.1 * t))) *
      (0.6 + 0.4 * Math.sin(1.3 * t)),
    blinkRight: blink,
    blinkLeft: blink,
  };
}

class Actor {
  readonly #random = seededRandom(20);
  readonly #noisy: boolean;

  constructor(noisy: boolean) {
    this.#noisy = noisy;
  }

  face(acting: Acting): FaceLandmarks {
    if (!this.#noisy) return syntheticFace({ scale: 150, ...acting });
    const n = (): number => this.#gauss();
    const scale = 150 * Math.exp(NOISE.size * n());
    const face = syntheticFace({
      ...acting,
      yaw: (acting.yaw ?? 0) + NOISE.yaw * n(),
      pitch: (acting.pitch ?? 0) + NOISE.pitch * n(),
      roll: (acting.roll ?? 0) + NOISE.roll * n(),
      x: 320 + scale * NOISE.x * n(),
      y: 240 + scale * NOISE.y * n(),
      scale,
    });
    const common = {
      mouth: [n(), n(), n()],
      lids: [n(), n(), n()],
      irises: [n(), n(), n()],
      skin: [n(), n(), n()],
    };
    for (let k = 0; k < face.points.length; k++) {
      const part = partOf(Math.floor(k / 3));
      const { each, together } = NOISE[part];
      const value = Math.sqrt(together) * common[part][k % 3]! + Math.sqrt(1 - together) * n();
      face.points[k]! += scale * each * value;
    }
    return face;
  }

  #gauss(): number {
    const r = Math.sqrt(-2 * Math.log(1 - this.#random()));
    return r * Math.cos(2 * Math.PI * this.#random());
  }
}

const SECONDS = 11;
/** Calibration has settled by then. */
const SETTLED = 4 * FPS;

function play(smoothing: number, noisy: boolean, acting: (t: number) => Acting): Float32Array[] {
  const actor = new Actor(noisy);
  const puppeteer = new Puppeteer(poseOf(syntheticIdentity({}, { scale: 150 })), { smoothing });
  const poses: Float32Array[] = [];
  for (let frame = 0; frame < SECONDS * FPS; frame++) {
    const { pose } = puppeteer.drive(actor.face(acting(frame / FPS)), frame * FRAME);
    if (frame >= SETTLED) poses.push(pose.points);
  }
  return poses;
}

/** The delay of `late` behind `early` with the least squared difference, to a millisecond. */
function delay(late: readonly number[], early: readonly number[]): Milli {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  const margin = 12;
  for (let ms = 0; ms < margin * FRAME; ms++) {
    const whole = Math.floor(ms / FRAME);
    const part = ms / FRAME - whole;
    let sum = 0;
    for (let k = margin; k < late.length; k++) {
      const then = (1 - part) * early[k - whole]! + part * early[k - whole - 1]!;
      sum += (late[k]! - then) ** 2;
    }
    if (sum < least) [best, least] = [ms, sum];
  }
  return best;
}

function jitter(poses: readonly Float32Array[], belongs: (point: number) => boolean): number {
  let sum = 0;
  let count = 0;
  for (let n = 1; n < poses.length; n++) {
    for (let i = 0; i < 468; i++) {
      if (!belongs(i)) continue;
      for (let k = 3 * i; k < 3 * i + 2; k++)
        sum += (SIDE * (poses[n]![k]! - poses[n - 1]![k]!)) ** 2;
      count++;
    }
  }
  return Math.sqrt(sum / count);
}

/** Drives an identity with a synthetic actor under the tracker's noise. Deterministic. */
export function measureSmoothing(smoothing: number): SmoothingFigures {
  const asked = play(0, false, lively).map(readFace);
  const shown = play(smoothing, true, lively).map(readFace);
  const late = (key: keyof FaceReading): Milli =>
    delay(
      shown.map((face) => face[key]),
      asked.map((face) => face[key]),
    );
  const still = play(smoothing, true, () => ({}));
  return {
    smoothing,
    lag: { head: late('yaw'), mouth: late('mouth'), lids: late('lidRight') },
    jitter: {
      face: jitter(still, () => true),
      mouth: jitter(still, (point) => partOf(point) === 'mouth'),
      lids: jitter(still, (point) => partOf(point) === 'lids'),
    },
  };
}
