import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COST_WINDOW } from '../../src/pipeline/budget/cost-window.ts';
import { calibrate } from '../../src/pipeline/calibration.io.ts';
import { openWorkerStages, type WorkerStages } from '../../src/pipeline/worker-stages.io.ts';
import { settings } from './fake-stages.ts';

/** What the stages take of the simulated time, in milliseconds; 15 in all. */
const COSTS = { decode: 1, landmark: 4, render: 8, encode: 2 };

let folder: string;
let stages: WorkerStages;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-calibration-'));
  stages = await openWorkerStages({
    dataFolder: folder,
    modelsFolder: folder,
    codecs: 'auto',
    engine: 'warp',
    identityCacheBytes: 100_000_000,
  });
});

afterAll(async () => {
  await stages?.close();
  await rm(folder, { recursive: true, force: true });
});

/**
 * The real stages, in simulated time that only they make go by: whatever the machine, a frame takes what
 * {@link COSTS} says.
 * @param slowness how many times as long.
 * @param ownShare of that time in which the processor works for them.
 */
function timed({ since = 0, slowness = 1, ownShare = 1 } = {}) {
  let now = since;
  const frames: Record<keyof typeof COSTS, number> = {
    decode: 0,
    landmark: 0,
    render: 0,
    encode: 0,
  };
  /** Makes a stage's method take its time. */
  const slow = <
    Key extends string,
    Of extends Record<Key, (...given: never[]) => Promise<unknown>>,
  >(
    stage: keyof typeof COSTS,
    of: Of,
    key: Key,
  ): Of => {
    const work = of[key].bind(of);
    of[key] = (async (...given) => {
      frames[stage]++;
      now += COSTS[stage] * slowness;
      return work(...given);
    }) as Of[Key];
    return of;
  };
  const slowed: WorkerStages = {
    ...stages,
    clock: () => now,
    cpuTime: () => now * ownShare,
    createDecoder: async (codec) => slow('decode', await stages.createDecoder(codec), 'decode'),
    createTracker: () => slow('landmark', stages.createTracker(), 'track'),
    openIdentity: async (...asked) => {
      const identity = await stages.openIdentity(...asked);
      slow('render', identity.renderer, 'render');
      return identity;
    },
    createEncoder: async (options) => slow('encode', await stages.createEncoder(options), 'encode'),
  };
  return { stages: slowed, frames };
}

describe('the calibration', () => {
  it('tells what a session costs in the stages that sessions use, and leaves nothing behind', async () => {
    const { stages: slow } = timed();
    const cost = await calibrate(slow, { ...settings, size: 256 });
    expect(cost.mean).toBeCloseTo(15);
    expect(cost.high).toBeCloseTo(15);
    expect(stages.load.total(slow.clock())).toBe(0);
  });

  it('tells it where that is more than there is time for, too', async () => {
    const { stages: slow } = timed({ slowness: 4 });
    expect((await calibrate(slow, { ...settings, size: 256 })).mean).toBeCloseTo(60);
  });

  it('leaves out what other programs took of the processor meanwhile', async () => {
    const { stages: slow } = timed({ ownShare: 0.4 });
    expect((await calibrate(slow, { ...settings, size: 256 })).mean).toBeCloseTo(6);
  });

  it('draws every frame at the highest level, however long the machine has been up', async () => {
    const { stages: slow, frames } = timed({ since: 30 * 24 * 3_600_000 });
    await calibrate(slow, { ...settings, size: 256 });
    expect(frames.decode).toBeGreaterThan(COST_WINDOW);
    const { decode } = frames;
    expect(frames).toEqual({ decode, landmark: decode, render: decode, encode: decode });
  });

  it('says what is wrong where it cannot', async () => {
    const calibrating = calibrate(stages, { ...settings, size: 256, identity: 'nobody' });
    await expect(calibrating).rejects.toMatchObject({ code: 'unknown_identity' });
    const failing = { ...stages, createEncoder: () => Promise.reject(new Error('no encoder')) };
    await expect(calibrate(failing, { ...settings, size: 256 })).rejects.toMatchObject({
      code: 'calibration_failed',
    });
  });
});
