import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { offeredEngines, openEngine } from '../../../src/pipeline/render/engines.ts';
import { writeSmallModel } from './few-shot-vid2vid/small-model.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'understudy-engines-')), 'few-shot-vid2vid');
});
afterEach(() => rm(dirname(folder), { recursive: true }));

describe('the engines', () => {
  it('include few-shot vid2vid where its model is', async () => {
    const fewShotModel = await writeSmallModel(folder);
    expect(offeredEngines({ fewShotModel })).toEqual(['warp', 'few-shot-vid2vid']);
    const engine = await openEngine('few-shot-vid2vid', { fewShotModel });
    expect(engine.name).toBe('few-shot-vid2vid');
    await engine.close();
  });

  it('are refused by any other name, with those there are', async () => {
    await expect(openEngine('morph')).rejects.toMatchObject({
      code: 'unknown_engine',
      valid: offeredEngines(),
    });
  });

  it('always have the warp', async () => {
    expect((await openEngine('warp')).name).toBe('warp');
  });

  it.each(['generator.onnx', 'embedder.onnx', 'kernels.json', 'all'])(
    'do without few-shot vid2vid where of its model %s is missing, and say so',
    async (missing) => {
      const fewShotModel = await writeSmallModel(folder);
      await rm(missing === 'all' ? folder : join(folder, missing), { recursive: true });
      expect(offeredEngines({ fewShotModel })).toEqual(['warp']);
      await expect(openEngine('few-shot-vid2vid', { fewShotModel })).rejects.toMatchObject({
        code: 'engine_unavailable',
        message: expect.stringContaining(folder),
        valid: ['warp'],
      });
    },
  );
});
