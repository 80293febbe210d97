import type { Milli, Seconds } from '../../time.ts';
import {
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

const DEGREE = Math.PI / 180;

/** Quiet breathing: 14 a minute. */
const BREATH: Seconds = 60 / 14;
/** Spontaneous blinks come every few seconds: Bentivoglio et al. 1997 count 17 a minute at rest. */
const BLINK_EVERY: Seconds = 3.6;
/** One blink in this many is followed by another at once. */
const DOUBLE_BLINKS = 7;
const CLOSING: Seconds = 0.09;
const SHUT: Seconds = 0.04;
const OPENING: Seconds = 0.17;
/** Eyes at rest wander from one fixation to the next about this often. */
const FIXATION: Seconds = 1.7;
const SACCADE: Seconds = 0.05;
/** How far fixations lie from the middle, in half widths of the eye. */
const GAZE_REACH = 0.14;
/** Only every so many fixations leave the viewer. */
const WANDERING = 3;

/** A fixed pseudo-random number in 0…1 for each (seed, index): finaliser of MurmurHash3. */
function chance(seed: number, index: number): number {
  let h = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** Three slow waves of unrelated lengths: never the same twice within an hour, never further than ±1. */
function sway(t: Seconds, seed: number, which: number, length: Seconds): number {
  const wave = (factor: number, k: number): number =>
    Math.sin((2 * Math.PI * t) / (length * factor) + 2 * Math.PI * chance(seed, 16 * which + k));
  return 0.5 * wave(1, 0) + 0.3 * wave(0.618, 1) + 0.2 * wave(2.3, 2);
}

/** How far the lids are open in a blink that began `t` ago: 1 … 0 … 1. */
function blinkAt(t: Seconds): number {
  if (t <= 0) return 1;
  if (t < CLOSING) return 1 - smooth(t / CLOSING);
  if (t < CLOSING + SHUT) return 0;
  return smooth(Math.min(1, (t - CLOSING - SHUT) / OPENING));
}

const smooth = (t: number): number => t * t * (3 - 2 * t);
const BLINK = CLOSING + SHUT + OPENING;

function lids(t: Seconds, seed: number): number {
  const slot = Math.floor(t / BLINK_EVERY);
  const begun = (slot + 0.75 * chance(seed, 1000 + slot)) * BLINK_EVERY;
  const twice = chance(seed, 500_000 + slot) < 1 / DOUBLE_BLINKS;
  return Math.min(blinkAt(t - begun), twice ? blinkAt(t - begun - BLINK) : 1);
}

function fixation(index: number, seed: number, axis: 0 | 1): number {
  const key = 2 * index + axis;
  if (chance(seed, 3_000_000 + index) > 1 / WANDERING) return 0;
  return (2 * chance(seed, 2_000_000 + key) - 1) * GAZE_REACH;
}

function wander(t: Seconds, seed: number, axis: 0 | 1): number {
  const index = Math.floor(t / FIXATION);
  const jump = smooth(Math.min(1, (t - index * FIXATION) / SACCADE));
  const before = fixation(index - 1, seed, axis);
  return before + (fixation(index, seed, axis) - before) * jump;
}

/**
 * What a face does that nobody drives: breathes, sways, blinks, looks about. Written into `out` as
 * relative motion; a function of the time and the seed alone.
 */
export function idleMotion(now: Milli, seed: number, out: FaceMotion): void {
  const t = now / 1000;
  const breath = Math.sin((2 * Math.PI * t) / BREATH);
  out.fill(0, OFFSETS);
  out[YAW] = 2.2 * DEGREE * sway(t, seed, 0, 9.7);
  out[PITCH] = 1.4 * DEGREE * sway(t, seed, 1, 7.9) - 0.25 * DEGREE * breath;
  out[ROLL] = 1 * DEGREE * sway(t, seed, 2, 11.3);
  out[X] = 0.035 * sway(t, seed, 3, 13.1);
  out[Y] = 0.012 * sway(t, seed, 4, 10.3) - 0.01 * breath;
  out[LOG_SCALE] = 0.006 * sway(t, seed, 5, 12.7);
  out[LID_RIGHT] = out[LID_LEFT] = lids(t, seed);
  out[GAZE_X] = wander(t, seed, 0);
  out[GAZE_Y] = 0.6 * wander(t, seed, 1);
}
