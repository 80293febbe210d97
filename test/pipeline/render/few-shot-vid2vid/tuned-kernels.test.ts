import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTunedKernels } from '../../../../src/pipeline/render/few-shot-vid2vid/tuned-kernels.io.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-tuned-'));
  file = join(folder, 'ada.kernels');
});
afterEach(() => rm(folder, { recursive: true }));

describe('a file of fine-tuned kernels', () => {
  it('is read to the last bit', async () => {
    const kernels = Float32Array.of(0.25, -1.5, 3e-8);
    await writeFile(file, kernels);
    expect(await readTunedKernels(file, 3)).toEqual(kernels);
  });

  it('is refused by name where it belongs to a network of another shape', async () => {
    await writeFile(file, new Float32Array(4));
    await expect(readTunedKernels(file, 3)).rejects.toMatchObject({
      code: 'kernels_invalid',
      value: 16,
      valid: 12,
      message: expect.stringContaining(file),
    });
  });

  it('is refused where tuning ran away', async () => {
    await writeFile(file, Float32Array.of(1, Number.NaN, 1));
    await expect(readTunedKernels(file, 3)).rejects.toMatchObject({ code: 'kernels_invalid' });
  });

  it('is missed by name', async () => {
    await expect(readTunedKernels(file, 3)).rejects.toMatchObject({
      code: 'kernels_unreadable',
      value: file,
    });
  });
});
