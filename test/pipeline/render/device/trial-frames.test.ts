import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  TrialFrames,
  type TriedModel,
} from '../../../../src/pipeline/render/device/trial-frames.io.ts';
import { FEW_SHOT_LOCATION } from '../../../../src/pipeline/render/engines.ts';
import {
  type FewShotModel,
  readFewShotModel,
} from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-model.io.ts';
import { FRAME_INPUTS } from '../../../../src/pipeline/render/few-shot-vid2vid/frame-values.ts';
import { usualOf } from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { writeSmallModel } from '../few-shot-vid2vid/small-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-trial-frames-'));
afterAll(() => rm(folder, { recursive: true }));

/** The model, with note taken of how much of the field its generator is given. */
function watched(model: FewShotModel, seen: number[][]): TriedModel {
  const note = (dims: readonly number[]) => seen.push(dims.slice(2));
  const { field, table, windows } = model;
  return {
    field,
    table,
    windows,
    openEmbedder: () => model.openEmbedder(),
    openGenerator: async (kernels) => {
      const generator = await model.openGenerator(kernels);
      const run: typeof generator.run = (inputs) => {
        note(inputs.input!.dims);
        return generator.run(inputs);
      };
      return { ...generator, run };
    },
    openFrames: async (provider, side) => {
      const { full, between } = await model.openFrames(provider, side);
      const run: typeof full.run = (feeds, wanted) => {
        note(feeds[FRAME_INPUTS.maps]!.dims);
        return full.run(feeds, wanted);
      };
      return { full: { run, close: () => full.close() }, between };
    },
  };
}

/** Where a frame of the trial is finished: on the processor, and as on a device. */
const PLACES: Readonly<Record<string, (model: TriedModel) => Promise<TrialFrames>>> = {
  processor: (model) => TrialFrames.onProcessor(model, model.field.side),
  device: (model) => TrialFrames.onDevice(model, model.field.side, 'cpu'),
};

describe.each(Object.entries(PLACES))('a frame of the trial, on the %s', (_, open) => {
  it('is finished in the window of a usual face, with the trained model, and is to be shown', async () => {
    const seen: number[][] = [];
    const model = await readFewShotModel(FEW_SHOT_LOCATION);
    const frames = await open(watched(model, seen));
    for (let frame = 0; frame < 4; frame++) {
      expect(await frames.draw()).toBe(true);
    }
    await frames.close();
    const { width, height } = usualOf(model.field);
    expect(seen).toEqual([1, 2, 3, 4].map(() => [height, width]));
  });

  it('is one of a finer field, where the model works on that', async () => {
    const location = await writeSmallModel(folder, { open: true, cells: 256, offset: 0.02 });
    const seen: number[][] = [];
    const frames = await open(watched(await readFewShotModel(location), seen));
    expect([await frames.draw(), await frames.draw()]).toEqual([true, true]);
    await frames.close();
    expect(seen).toEqual([1, 2].map(() => [160, 128]));
  });

  it('tells where it is not to be shown', async () => {
    const location = await writeSmallModel(folder, { offset: 3 });
    const frames = await open(await readFewShotModel(location));
    expect(await frames.draw()).toBe(false);
    await frames.close();
  });
});
