import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readFewShotModel } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-model.io.ts';
import { openFewShotNetworks } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-networks.io.ts';
import { sizesOf } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-renderer.ts';
import { writeSmallModel } from './small-model.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-model-'));
});
afterEach(() => rm(folder, { recursive: true }));

it.each([
  ['cpu', 256, 256],
  ['webgpu', 256, 384],
  ['cpu', 128, 300],
] as const)(
  'are refused on %s for pictures that a field of %i² is not drawn to: %i²',
  async (device, cells, size) => {
    const model = await readFewShotModel(await writeSmallModel(folder, { cells }));
    await expect(openFewShotNetworks(model, { device, warmUp: size })).rejects.toMatchObject({
      code: 'render_size_invalid',
      valid: sizesOf(model.field),
    });
  },
);

it('holds its thread for a generator when frames leave time for it, and lets one go before what comes next', async () => {
  const model = await readFewShotModel(await writeSmallModel(folder));
  const happened: string[] = [];
  const breaks = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let asked = 0;
  const networks = await openFewShotNetworks(model, {
    device: 'cpu',
    spare: async () => {
      await breaks[asked++]!.promise;
      happened.push('break');
    },
  });
  const { openGenerator } = model;
  model.openGenerator = async (kernels) => {
    happened.push('open');
    return openGenerator.call(model, kernels);
  };
  const opening = networks.openGenerator(new Float32Array(networks.kernels)).then((generator) => {
    happened.push('opened');
    return generator;
  });
  for (const each of breaks) {
    await new Promise((resolve) => setImmediate(resolve));
    happened.push('frame');
    each.resolve();
  }
  await (await opening).close();
  expect(happened.indexOf('frame')).toBe(0);
  expect(happened.filter((what) => what !== 'frame')).toEqual(['break', 'open', 'break', 'opened']);
});
