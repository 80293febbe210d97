import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tryDevice } from '../../../../src/pipeline/render/device/device-trial.io.ts';
import { writeSmallModel } from '../few-shot-vid2vid/small-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-trial-'));
afterAll(() => rm(folder, { recursive: true }));
const model = await writeSmallModel(folder);
/** Time enough for a machine that others share. */
const patient = { limit: 50_000 };

describe('a trial of the generator', () => {
  it('tells how long the processor takes for a frame', async () => {
    const trial = await tryDevice('cpu', model, patient);
    expect(trial).toMatchObject({ kind: 'ran', frame: expect.any(Number) });
  });

  it('tells why there is no WebGPU where there is no device', async () => {
    const without = { ...process.env, VK_DRIVER_FILES: '/nonexistent', LD_LIBRARY_PATH: '' };
    const trial = await tryDevice('webgpu', model, { ...patient, env: without });
    if (process.platform === 'linux') {
      expect(trial).toEqual({ kind: 'unavailable', why: expect.stringMatching(/\w/) });
    } else expect(trial.kind).toMatch(/^(ran|unavailable)$/);
  });

  it('tells what is wrong with the model', async () => {
    const missing = { folder: join(folder, 'nothing') };
    expect(await tryDevice('cpu', missing, patient)).toEqual({
      kind: 'unavailable',
      why: expect.stringContaining('ENOENT'),
    });
  });

  it('is ended when its time is up', async () => {
    expect(await tryDevice('cpu', model, { limit: 1 })).toEqual({ kind: 'slow', limit: 1 });
  });
});
