import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calibrate } from '../../src/pipeline/calibration.io.ts';
import { openWorkerStages, type WorkerStages } from '../../src/pipeline/worker-stages.io.ts';
import { settings } from './fake-stages.ts';

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

describe('the calibration', () => {
  it('tells what a session costs in the stages that sessions use, and leaves nothing behind', async () => {
    const cost = await calibrate(stages, { ...settings, size: 256 });
    expect(cost.mean).toBeGreaterThan(0.5);
    expect(cost.high).toBeGreaterThanOrEqual(cost.mean);
    expect(stages.load.total(stages.clock())).toBe(0);
  });

  it('draws every frame at the highest level, however long the machine has been up', async () => {
    let drawn = 0;
    const clock = () => stages.clock() + 30 * 24 * 3_600_000;
    const createEncoder: WorkerStages['createEncoder'] = async (options) => {
      const encoder = await stages.createEncoder(options);
      const encode = encoder.encode.bind(encoder);
      encoder.encode = (...frame) => {
        drawn++;
        return encode(...frame);
      };
      return encoder;
    };
    await calibrate({ ...stages, clock, createEncoder }, { ...settings, size: 256 });
    expect(drawn).toBeGreaterThanOrEqual(55);
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
