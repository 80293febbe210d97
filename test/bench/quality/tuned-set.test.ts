import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleOf } from '../../../bench/quality/clip.ts';
import { examplesHash, TunedSet, tunedName } from '../../../bench/quality/tuned-set.io.ts';
import { FEW_SHOT_LOCATION } from '../../../src/pipeline/render/engines.ts';
import { readFewShotModel } from '../../../src/pipeline/render/few-shot-vid2vid/few-shot-model.io.ts';
import { KernelCache } from '../../../src/pipeline/render/few-shot-vid2vid/kernel-cache.io.ts';
import { kernelCount } from '../../../src/pipeline/render/few-shot-vid2vid/kernel-table.ts';
import { paintedFrame } from './painted-clip.ts';

const examples = [{}, { jaw: 0.3 }].map(paintedFrame).map(exampleOf);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-tuned-set-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Kernels for a clip, as tuning leaves them. */
async function tune(clip: string, of = examples): Promise<Float32Array> {
  const { table } = await readFewShotModel(FEW_SHOT_LOCATION);
  const kernels = Float32Array.from({ length: kernelCount(table) }, (_, i) => Math.sin(i));
  await writeFile(join(folder, `${tunedName(clip, of.length)}.kernels`), kernels);
  await writeFile(join(folder, `${tunedName(clip, of.length)}.examples`), `${examplesHash(of)}\n`);
  return kernels;
}

describe('a set of fine-tuned kernels', () => {
  it('has those of the clips and numbers of examples that were tuned', async () => {
    await tune('a clip, cropped');
    const set = await TunedSet.open(folder);
    expect(set.has('a clip, cropped', 2)).toBe(true);
    expect(set.has('a clip, cropped', 1)).toBe(false);
    expect(set.has('another', 2)).toBe(false);
  });

  it("gives them to the engine by the program's own cache of kernels", async () => {
    const kernels = await tune('clip');
    const set = await TunedSet.open(folder);
    const named = await set.give('clip', examples);
    expect(named.map(({ picture }) => picture)).toEqual(examples.map(({ picture }) => picture));
    const { version } = await readFewShotModel(FEW_SHOT_LOCATION);
    const cache = new KernelCache(set.derivedFolder, version, kernels.length);
    expect(await cache.read(named)).toEqual(kernels);
    expect(await cache.read(named.toReversed())).toBeUndefined();
  });

  it('refuses kernels that were tuned on other frames, which may be among the measured', async () => {
    await tune('clip');
    const set = await TunedSet.open(folder);
    const others = [examples[0]!, exampleOf(paintedFrame({ yaw: 20 }))];
    await expect(set.give('clip', others)).rejects.toMatchObject({
      code: 'kernels_of_others',
      value: examplesHash(examples),
      valid: examplesHash(others),
    });
  });
});
