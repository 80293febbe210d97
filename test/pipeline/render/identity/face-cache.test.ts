import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MASK_SIDE } from '../../../../src/pipeline/landmark/person-mask.ts';
import { FaceCache } from '../../../../src/pipeline/render/identity/face-cache.io.ts';
import { fakeFace } from './fake-face.ts';

const [HASH, OTHER] = ['a'.repeat(64), 'b'.repeat(64)];
const face = fakeFace({ x: 300, y: 200, width: 150.25 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faces-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the face cache', () => {
  it('gives back what was found, to a thousandth of a pixel', async () => {
    const cache = new FaceCache(join(folder, 'new'), 'face_mesh');
    expect(await cache.read(HASH)).toBeUndefined();
    await cache.write(HASH, face);
    const found = await cache.read(HASH);
    expect(found).toMatchObject({ count: 478, pictureWidth: 640, pictureHeight: 480 });
    const off = found!.points.map((value, k) => Math.abs(value - face.points[k]!));
    expect(Math.max(...off)).toBeLessThan(0.001);
  });

  it('gives back where the person is, cell by cell', async () => {
    const cache = new FaceCache(folder, 'one');
    const cells = Uint8Array.from({ length: MASK_SIDE ** 2 }, (_, i) => (i * 7) % 256);
    await cache.write(HASH, { ...face, person: { left: -3.5, top: 8, side: 512.25, cells } });
    expect((await cache.read(HASH))!.person).toEqual({ left: -3.5, top: 8, side: 512.25, cells });
  });

  it('takes an entry for none whose mask is damaged, or would grow without end', async () => {
    const cache = new FaceCache(folder, 'one');
    const cells = new Uint8Array(MASK_SIDE ** 2);
    const stored = async (packed: Uint8Array) => {
      await cache.write(HASH, { ...face, person: { left: 0, top: 0, side: 1, cells } });
      const path = join(folder, `${HASH}.one.json`);
      const entry = JSON.parse(await readFile(path, 'utf8')) as { person: { cells: string } };
      entry.person.cells = Buffer.from(packed).toString('base64');
      await writeFile(path, JSON.stringify(entry));
      return cache.read(HASH);
    };
    expect(await stored(deflateRawSync(cells))).toBeDefined();
    for (const packed of [
      deflateRawSync(new Uint8Array(MASK_SIDE ** 2 - 1)),
      deflateRawSync(new Uint8Array(MASK_SIDE ** 2 * 40)),
      Uint8Array.of(1, 2, 3),
    ]) {
      expect(await stored(packed)).toBeUndefined();
    }
  });

  it('keeps the networks apart, also those with odd names', async () => {
    await new FaceCache(folder, 'one').write(HASH, face);
    expect(await new FaceCache(folder, 'two').read(HASH)).toBeUndefined();
    const odd = new FaceCache(folder, '../../odd name');
    await odd.write(HASH, face);
    expect(await odd.read(HASH)).toBeDefined();
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('reads what came with the program first, and never changes it', async () => {
    const [shipped, own] = [join(folder, 'shipped'), join(folder, 'own')];
    await new FaceCache(shipped, 'one').write(HASH, face);
    const cache = new FaceCache(own, 'one', shipped);
    await cache.delete(HASH);
    expect(await cache.read(HASH)).toBeDefined();
    expect(await cache.read(OTHER)).toBeUndefined();
    await cache.write(OTHER, face);
    expect(await cache.read(OTHER)).toBeDefined();
    expect(await readdir(shipped)).toHaveLength(1);
    expect(await readdir(own)).toHaveLength(1);
  });

  it('takes a damaged entry for none', async () => {
    const cache = new FaceCache(folder, 'one');
    await cache.write(HASH, face);
    for (const damage of ['', '{}', '{"format":1,"count":478,"points":[1]}', 'null']) {
      await writeFile(join(folder, `${HASH}.one.json`), damage);
      expect(await cache.read(HASH)).toBeUndefined();
    }
  });
});
