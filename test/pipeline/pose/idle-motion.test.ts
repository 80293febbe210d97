import { describe, expect, it } from 'vitest';
import {
  GAZE_X,
  LID_LEFT,
  LID_RIGHT,
  OFFSETS,
  PITCH,
  ROLL,
  restingMotion,
  YAW,
} from '../../../src/pipeline/pose/face-motion.ts';
import { idleMotion } from '../../../src/pipeline/pose/idle-motion.ts';

const DEGREE = Math.PI / 180;
const FRAME = 1000 / 30;

function minutes(length: number, seed: number): Float64Array[] {
  return Array.from({ length: length * 1800 }, (_, n) => {
    const motion = restingMotion();
    idleMotion(n * FRAME, seed, motion);
    return motion;
  });
}

describe('idleMotion', () => {
  it('is a function of time and seed alone', () => {
    const [a, b, other] = [restingMotion(), restingMotion().fill(7), restingMotion()];
    idleMotion(123_456, 5, a);
    idleMotion(123_456, 5, b);
    idleMotion(123_456, 6, other);
    expect(b).toEqual(a);
    expect(other).not.toEqual(a);
  });

  it('stays small and never jumps', () => {
    const frames = minutes(1, 1);
    for (const [n, motion] of frames.entries()) {
      for (const angle of [YAW, PITCH, ROLL]) {
        expect(Math.abs(motion[angle]!)).toBeLessThan(3 * DEGREE);
        const step = motion[angle]! - (frames[n - 1] ?? motion)[angle]!;
        expect(Math.abs(step)).toBeLessThan(0.2 * DEGREE);
      }
      expect(motion.subarray(OFFSETS).every((offset) => offset === 0)).toBe(true);
    }
  });

  it('blinks with both eyes, wholly, at the rate of a person at rest', () => {
    const frames = minutes(2, 2);
    let blinks = 0;
    for (const [n, motion] of frames.entries()) {
      expect(motion[LID_RIGHT]).toBe(motion[LID_LEFT]);
      if (motion[LID_RIGHT]! < 0.15 && (frames[n - 1] ?? motion)[LID_RIGHT]! >= 0.15) blinks++;
    }
    expect(blinks / 2).toBeGreaterThan(10);
    expect(blinks / 2).toBeLessThan(25);
  });

  it('fixates: the gaze rests most of the time and leaves the viewer now and then', () => {
    const frames = minutes(2, 3);
    const moving = frames.filter(
      (motion, n) => motion[GAZE_X] !== (frames[n - 1] ?? motion)[GAZE_X],
    );
    expect(moving.length / frames.length).toBeLessThan(0.1);
    expect(moving.length).toBeGreaterThan(5);
    const ahead = frames.filter((motion) => Math.abs(motion[GAZE_X]!) < 0.01);
    expect(ahead.length / frames.length).toBeGreaterThan(0.5);
  });
});
