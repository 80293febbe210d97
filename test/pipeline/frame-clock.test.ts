import { describe, expect, it } from 'vitest';
import { FrameClock } from '../../src/pipeline/frame-clock.ts';

/** Plays a camera at a steady interval; the avatar draws each frame as it comes. */
function play(clock: FrameClock, interval: number, frames: number, from = 0): number {
  let now = from;
  for (let frame = 0; frame < frames; frame++) {
    now = from + frame * interval;
    clock.cameraFrame(now);
    clock.drawn(now, 'driven');
  }
  return now;
}

describe('the frame clock', () => {
  it('leaves a steady camera alone: the deadline lies past the next frame', () => {
    const clock = new FrameClock(30);
    const last = play(clock, 33.3, 60);
    expect(clock.deadline).toBeGreaterThan(last + 33.3 * 1.5);
    expect(clock.deadline).toBeLessThan(last + 33.3 * 2);
  });

  it('learns the rate of a slower camera instead of filling every other frame', () => {
    const clock = new FrameClock(30);
    const last = play(clock, 66.7, 60);
    expect(clock.deadline).toBeGreaterThan(last + 66.7 * 1.5);
  });

  it('does not take a pause for a frame rate', () => {
    const clock = new FrameClock(30);
    const before = play(clock, 33.3, 60);
    const after = play(clock, 33.3, 2, before + 5_000);
    expect(clock.deadline).toBeLessThan(after + 33.3 * 2);
  });

  it('idles at half the frames', () => {
    const clock = new FrameClock(30);
    clock.drawn(1_000, 'idle');
    expect(clock.deadline).toBeCloseTo(1_000 + 1000 / 15);
  });

  it('is not fooled into a busy loop by frames that come in one burst', () => {
    const clock = new FrameClock(30);
    for (let frame = 0; frame < 100; frame++) clock.cameraFrame(10);
    clock.drawn(10, 'held');
    expect(clock.deadline).toBeGreaterThanOrEqual(10 + 33);
  });
});
