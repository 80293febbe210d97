import { describe, expect, it } from 'vitest';
import { ENGINE_NAMES, openEngine } from '../../../src/pipeline/render/engines.ts';

describe('the engines', () => {
  it('are refused by any other name, with those there are', async () => {
    await expect(openEngine('morph')).rejects.toMatchObject({
      code: 'unknown_engine',
      valid: ENGINE_NAMES,
    });
  });

  it('always have the warp', async () => {
    expect((await openEngine('warp')).name).toBe('warp');
  });

  it('do without few-shot vid2vid where its model is not, and say so', async () => {
    const fewShotModel = { folder: '/nowhere/few-shot-vid2vid', checksums: {} };
    await expect(openEngine('few-shot-vid2vid', { fewShotModel })).rejects.toMatchObject({
      code: 'engine_unavailable',
      message: expect.stringContaining('/nowhere/few-shot-vid2vid'),
      valid: ['warp'],
    });
  });
});
