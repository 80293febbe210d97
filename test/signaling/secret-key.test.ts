import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSecretKey } from '../../src/signaling/secret-key.io.ts';

let data: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'understudy-key-'));
});
afterAll(() => rm(data, { recursive: true }));

describe('a secret key', () => {
  it('is made once, for its owner alone, and read ever after', async () => {
    const [first, second] = await Promise.all([loadSecretKey(data, 'a'), loadSecretKey(data, 'a')]);
    expect(first).toHaveLength(32);
    expect(second).toEqual(first);
    expect(await loadSecretKey(data, 'a')).toEqual(first);
    expect(await loadSecretKey(data, 'b')).not.toEqual(first);
    expect((await readdir(join(data, 'secrets'))).sort()).toEqual(['a', 'b']);
    expect((await stat(join(data, 'secrets/a'))).mode & 0o077).toBe(0);
  });

  it('is read where nothing can be written beside it, as on a full disk, which ended the start', async () => {
    // No draft has room in a name that is nearly as long as one can be.
    const name = 'k'.repeat(240);
    const key = Buffer.alloc(32, 7);
    await mkdir(join(data, 'secrets'), { recursive: true });
    await writeFile(join(data, 'secrets', name), key);
    expect(await loadSecretKey(data, name)).toEqual(key);
    await rm(join(data, 'secrets', name));
  });

  it('is refused when its file is torn or its folder cannot be made', async () => {
    await writeFile(join(data, 'secrets/torn'), 'short');
    const unreadable = expect.objectContaining({ code: 'secret_unreadable' });
    await expect(loadSecretKey(data, 'torn')).rejects.toEqual(unreadable);
    await writeFile(join(data, 'file'), '');
    await expect(loadSecretKey(join(data, 'file'), 'a')).rejects.toEqual(unreadable);
  });
});
