import { describe, expect, it } from 'vitest';
import { FaceSpace } from '../../../bench/quality/face-space.ts';
import { puppeteer } from '../../../bench/quality/puppetry.ts';
import { warpEngine } from '../../../src/pipeline/render/warp/warp-engine.ts';
import { paintedClip, paintedFrame, ToldTracker } from './painted-clip.ts';

const driver = paintedClip(40);
const person = { name: 'painted', group: 'rendered' as const, pictures: [paintedFrame({})] };
const contender = { name: 'warp', engine: warpEngine() as never };
const run = (tracker: ToldTracker) =>
  puppeteer({ person, driver, contender }, { tracker, space: new FaceSpace([]) }, () => undefined);

describe('moving a person by a driver', () => {
  it('is perfect where what is seen of the person does what the driver does', async () => {
    const scores = await run(new ToldTracker(driver.frames));
    expect(scores.yaw!).toBeGreaterThan(0.99);
    expect(scores.mouthOpen!).toBeGreaterThan(0.99);
    expect(scores.lost).toBe(0);
    expect(scores.warpingError!).toBeLessThan(5);
  });

  it('says nothing about what the driver does not do', async () => {
    const scores = await run(new ToldTracker(driver.frames));
    expect(scores).not.toHaveProperty('roll');
    expect(scores).not.toHaveProperty('gazeX');
  });

  it('does not follow where the person stands still', async () => {
    const scores = await run(new ToldTracker(driver.frames.map(() => person.pictures[0])));
    expect(scores.yaw).toBeCloseTo(0, 9);
    expect(scores.mouthOpen).toBeCloseTo(0, 9);
  });
});
