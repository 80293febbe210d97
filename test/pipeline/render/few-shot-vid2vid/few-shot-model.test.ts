import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type FewShotModelLocation,
  readFewShotModel,
} from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-model.io.ts';
import { writeSmallModel } from './small-model.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-model-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Replaces a file and, as one would who means it, its checksum too. */
async function replaced(
  location: FewShotModelLocation,
  file: string,
  bytes: Uint8Array | string,
): Promise<FewShotModelLocation> {
  await writeFile(join(folder, file), bytes);
  const sum = createHash('sha256').update(bytes).digest('hex');
  return { ...location, checksums: { ...location.checksums, [file]: sum } };
}

describe('the model of few-shot vid2vid', () => {
  it('opens a generator of an identity', async () => {
    const model = await readFewShotModel(await writeSmallModel(folder));
    const session = await model.openGenerator(new Float32Array(6));
    const dims = [1, 32, 128, 128];
    const input = { dims, data: new Float32Array(32 * 128 * 128) };
    expect(Object.keys(await session.run({ input }))).toEqual([
      ...['residual', 'previous', 'flow', 'example'],
    ]);
    expect(session.windows).toBe(false);
    await session.close();
  });

  it('opens one that draws parts of the field, where the model leaves their size open', async () => {
    const model = await readFewShotModel(await writeSmallModel(folder, { open: true }));
    const session = await model.openGenerator(new Float32Array(6));
    expect(session.windows).toBe(true);
    const input = { dims: [1, 32, 48, 64], data: new Float32Array(32 * 48 * 64) };
    expect((await session.run({ input })).flow!.dims).toEqual([1, 2, 48, 64]);
    await session.close();
  });

  it.each([128, 256])('works on a field with rows of %i cells, where it says so', async (cells) => {
    const model = await readFewShotModel(await writeSmallModel(folder, { cells }));
    const session = await model.openGenerator(new Float32Array(6));
    expect([model.field.cells, session.field, model.field.side]).toEqual([
      cells,
      model.field,
      2 * cells,
    ]);
    const input = { dims: [1, 32, cells, cells], data: new Float32Array(32 * cells ** 2) };
    expect((await session.run({ input })).residual!.dims).toEqual([1, 6, cells, cells]);
    await session.close();
  });

  it.each([
    ['works on a field that there is none of', { cells: 192 }, 'rows of 192 cells'],
    ['does not say what field it works on', { says: '' }, 'does not say'],
    ['says it works on another field than it takes', { says: '256' }, '"input" of 1×32×128×128'],
  ])('refuses a generator that %s, by name', async (_, model, words) => {
    await expect(readFewShotModel(await writeSmallModel(folder, model))).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringMatching(new RegExp(`generator\\.onnx.*${words}`)),
    });
  });

  it('has another version with other files', async () => {
    const one = await readFewShotModel(await writeSmallModel(folder));
    const two = await readFewShotModel(await writeSmallModel(folder, { offset: 0.5 }));
    expect(two.version).not.toBe(one.version);
  });

  it.each(['generator.onnx', 'embedder.onnx', 'kernels.json'])(
    'refuses a %s that is not the expected one, by name',
    async (file) => {
      const location = await writeSmallModel(folder);
      const bytes = await readFile(join(folder, file));
      bytes[bytes.length >> 1]! ^= 1;
      await writeFile(join(folder, file), bytes);
      await expect(readFewShotModel(location)).rejects.toMatchObject({
        code: 'model_checksum',
        message: expect.stringContaining(file),
      });
    },
  );

  it('refuses a file that is not there, by name', async () => {
    const location = await writeSmallModel(folder);
    await rm(join(folder, 'embedder.onnx'));
    await expect(readFewShotModel(location)).rejects.toMatchObject({
      code: 'model_missing',
      message: expect.stringContaining('embedder.onnx'),
    });
  });

  it.each(['generator.onnx', 'embedder.onnx', 'kernels.json'])(
    'refuses a %s that is none',
    async (file) => {
      const location = await replaced(await writeSmallModel(folder), file, 'nothing of the kind');
      await expect(readFewShotModel(location)).rejects.toMatchObject({
        code: 'model_invalid',
        message: expect.stringContaining(file),
      });
    },
  );

  it('refuses a generator that takes something else', async () => {
    const location = await writeSmallModel(folder, { inputs: 33 });
    await expect(readFewShotModel(location)).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining('"input" of 1×33×128×128'),
    });
  });

  it('refuses an operator set that the runtime does not know', async () => {
    const location = await writeSmallModel(folder);
    const bytes = await readFile(join(folder, 'generator.onnx'));
    // The last message of the file: opset_import { domain: '', version: 17 }.
    expect(bytes.at(-1)).toBe(17);
    bytes[bytes.length - 1] = 99;
    await expect(
      readFewShotModel(await replaced(location, 'generator.onnx', bytes)),
    ).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining('generator'),
    });
  });

  it('refuses a table that the generator does not fit', async () => {
    const table = [{ name: 'kernel.other', dims: [6], offset: 0, length: 6 }];
    const location = await replaced(
      await writeSmallModel(folder),
      'kernels.json',
      JSON.stringify(table),
    );
    await expect(readFewShotModel(location)).rejects.toMatchObject({ code: 'model_invalid' });
  });

  it('is not tried once more where another thread has, but by its checksums', async () => {
    const location = await writeSmallModel(folder, { inputs: 33 });
    const model = await readFewShotModel({ ...location, tried: true });
    const generator = model.openGenerator(new Float32Array(6));
    await expect(generator).rejects.toMatchObject({ code: 'model_invalid' });
    const other = await replaced(location, 'embedder.onnx', 'nothing of the kind');
    const checksums = location.checksums ?? {};
    const stale = readFewShotModel({ ...other, checksums, tried: true });
    await expect(stale).rejects.toMatchObject({ code: 'model_checksum' });
  });
});
