import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { forgetDerived } from '../../../../src/pipeline/render/identity/derived-files.io.ts';
import { FaceCache } from '../../../../src/pipeline/render/identity/face-cache.io.ts';
import { fakeFace } from './fake-face.ts';

const [HASH, OTHER] = ['a'.repeat(64), 'b'.repeat(64)];
const face = fakeFace({ x: 300, y: 200, width: 150.25 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'derived-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('the faces of deleted pictures are lost, of every network, and no others', async () => {
  const caches = ['one', 'two'].map((model) => new FaceCache(folder, model));
  for (const cache of caches) {
    await cache.write(HASH, face);
    await cache.write(OTHER, face);
  }
  await forgetDerived(folder, [HASH]);
  for (const cache of caches) {
    expect(await cache.read(HASH)).toBeUndefined();
    expect(await cache.read(OTHER)).toBeDefined();
  }
  await forgetDerived(join(folder, 'absent'), [HASH]);
});
