import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KernelCache } from '../../../../src/pipeline/render/few-shot-vid2vid/kernel-cache.io.ts';
import { forgetDerived } from '../../../../src/pipeline/render/identity/derived-files.io.ts';
import { paintedExample } from '../painted-face.ts';

const COUNT = 41_504;
const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
const kernels = Float32Array.from({ length: COUNT }, (_, i) => Math.sin(i));
const example = (pictureHash: string, yaw = 0) => ({ ...paintedExample({ yaw }), pictureHash });

let folder: string;
let cache: KernelCache;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-kernels-'));
  cache = new KernelCache(folder, 'model', COUNT);
});
afterEach(() => rm(folder, { recursive: true }));

describe('the cache of kernels', () => {
  it('gives back what was kept of the same examples, to the last bit', async () => {
    await cache.write([example(A), example(B)], kernels);
    expect(await cache.read([example(A), example(B)])).toEqual(kernels);
  });

  it('knows nothing of other pictures, another order, other landmarks or another model', async () => {
    await cache.write([example(A), example(B)], kernels);
    expect(await cache.read([example(A)])).toBeUndefined();
    expect(await cache.read([example(B), example(A)])).toBeUndefined();
    expect(await cache.read([example(A, 5), example(B)])).toBeUndefined();
    const other = new KernelCache(folder, 'other model', COUNT);
    expect(await other.read([example(A), example(B)])).toBeUndefined();
  });

  it('keeps one entry an identity, of less than 300 kB', async () => {
    for (const model of ['one', 'two', 'three']) {
      await new KernelCache(folder, model, COUNT).write([example(A)], kernels);
    }
    await cache.write([example(B)], kernels);
    const files = await readdir(folder);
    expect(files).toHaveLength(2);
    for (const file of files) expect((await stat(join(folder, file))).size).toBeLessThan(300_000);
  });

  it('takes a damaged entry for none', async () => {
    await cache.write([example(A)], kernels);
    const [file] = await readdir(folder);
    for (const damage of [new Uint8Array(3), new Uint8Array(4 * COUNT).fill(0xff)]) {
      await writeFile(join(folder, file!), damage);
      expect(await cache.read([example(A)])).toBeUndefined();
    }
  });

  it('keeps nothing of examples that come from no file', async () => {
    await cache.write([paintedExample()], kernels);
    expect(await readdir(folder)).toEqual([]);
    expect(await cache.read([paintedExample()])).toBeUndefined();
  });

  it('loses the kernels when the picture is deleted', async () => {
    await cache.write([example(A)], kernels);
    await cache.write([example(B)], kernels);
    await forgetDerived(folder, [A]);
    expect(await cache.read([example(A)])).toBeUndefined();
    expect(await cache.read([example(B)])).toEqual(kernels);
  });
});
