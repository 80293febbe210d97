import { describe, expect, it } from 'vitest';
import { STATIC } from '../../../bench/quality/contender.ts';
import { FaceSpace } from '../../../bench/quality/face-space.ts';
import { reproduce } from '../../../bench/quality/reproduction.ts';
import type { Pose } from '../../../src/pipeline/pose/pose.ts';
import type { Engine } from '../../../src/pipeline/render/engine.ts';
import { paintedClip, ToldTracker } from './painted-clip.ts';

const clip = paintedClip(60);
const space = new FaceSpace([]);

/** Draws the clip itself, later by so many frames. */
function clairvoyant(late: number): Engine {
  return {
    name: 'clairvoyant',
    memory: new WebAssembly.Memory({ initial: 0 }),
    enrol: async () => ({}),
    neutral: () => ({}) as Pose,
    bytes: () => 0,
    discard: async () => undefined,
    close: async () => undefined,
    open: async () => {
      let next = 0;
      const render = async () => clip.frames[Math.max(0, next++ - late)]!.frame;
      return { degraded: 0, render, fill: render, reset: () => undefined, close: () => undefined };
    },
  };
}

const run = (engine?: Engine) =>
  reproduce(
    { clip, contender: engine ? { name: 'x', engine } : STATIC, examples: 1, staged: false },
    { tracker: new ToldTracker(clip.frames), space },
    () => undefined,
  );

describe('reproducing a clip', () => {
  it('scores the clip itself as perfect: nothing differs, nothing flickers, everything moves as it should', async () => {
    const scores = await run(clairvoyant(0));
    expect(scores).toMatchObject({ facePsnr: 99, mouthPsnr: 99, eyesPsnr: 99, flicker: 1 });
    expect(scores.faceSsim).toBeCloseTo(1, 9);
    expect(scores.warpingError).toBeCloseTo(1, 9);
    expect(scores.tOF).toBe(0);
    expect(scores.lost).toBe(0);
  });

  it('scores a late copy lower, and a still picture as one that does not move', async () => {
    const late = await run(clairvoyant(2));
    const still = await run();
    expect(late.facePsnr!).toBeLessThan(40);
    expect(late.tOF!).toBeGreaterThan(0.1);
    expect(still.flicker).toBe(0);
    expect(still.warpingError!).toBeGreaterThan(1);
  });

  it('has no figures for faces that are not found again', async () => {
    const scores = await reproduce(
      { clip, contender: STATIC, examples: 1, staged: false },
      { tracker: new ToldTracker([]), space },
      () => undefined,
    );
    expect(scores.lost).toBe(1);
    expect(scores).not.toHaveProperty('keypoints');
  });
});
