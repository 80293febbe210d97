import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityId, sha256 } from '../../../../src/pipeline/render/identity/identity-id.ts';
import type { IdentityRecord } from '../../../../src/pipeline/render/identity/identity-record.ts';
import { IdentityStore } from '../../../../src/pipeline/render/identity/identity-store.io.ts';

let root: string;
let store: IdentityStore;
let unusable: string[];

const bytes = (text: string) => new TextEncoder().encode(text);
const picture = bytes('not a picture, but bytes');
const file = `${sha256(picture)}.png`;

function record(name: string, createdAt = '2026-01-02T03:04:05.000Z'): IdentityRecord {
  return {
    version: 1,
    id: identityId(name, [file]),
    name,
    createdAt,
    consent: { given: true, subject: 'myself', statement: 'It is me.' },
    examples: [{ file, sha256: sha256(picture) }],
  };
}

async function putBuiltIn(id: string, json: unknown = { ...record(id), id }) {
  await mkdir(join(root, 'built-in', id), { recursive: true });
  await writeFile(join(root, 'built-in', id, 'identity.json'), JSON.stringify(json));
  await writeFile(join(root, 'built-in', id, file), picture);
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'identity-store-'));
  unusable = [];
  store = new IdentityStore({
    builtInFolder: join(root, 'built-in'),
    folder: join(root, 'own'),
    onUnusable: (id) => unusable.push(id),
  });
});

afterEach(() => rm(root, { recursive: true, force: true }));

describe('the identity store', () => {
  it('is empty where there is no folder yet', async () => {
    expect(await store.list()).toEqual([]);
    expect(await store.find('nobody')).toBeUndefined();
  });

  it('keeps an identity with its consent and pictures, and finds it again', async () => {
    await store.add(record('Ada'), new Map([[file, picture]]));
    const again = new IdentityStore({ builtInFolder: '', folder: join(root, 'own') });
    const found = await again.find(record('Ada').id);
    expect(found).toEqual({ record: record('Ada'), builtIn: false });
    expect(await again.readExample(found!, 0)).toEqual(Buffer.from(picture));
  });

  it('lists built-in identities first, then its own by age', async () => {
    await store.add(record('Zoe', '2026-01-01T00:00:00.000Z'), new Map([[file, picture]]));
    await store.add(record('Ada', '2026-02-01T00:00:00.000Z'), new Map([[file, picture]]));
    await putBuiltIn('vesper');
    await putBuiltIn('marlow');
    expect((await store.list()).map((each) => each.record.name)).toEqual([
      'marlow',
      'vesper',
      'Zoe',
      'Ada',
    ]);
  });

  it('keeps the same content once, however often and at whatever time it comes', async () => {
    const adding = () => store.add(record('Ada'), new Map([[file, picture]]));
    const outcomes = await Promise.allSettled([adding(), adding(), adding()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    await expect(adding()).rejects.toMatchObject({ code: 'already_enrolled' });
    expect((await readdir(join(root, 'own'))).length).toBe(1);
  });

  it('deletes everything of an identity, and a second time says that there is none', async () => {
    const { id } = record('Ada');
    await store.add(record('Ada'), new Map([[file, picture]]));
    await store.delete(id);
    expect(await readdir(join(root, 'own'))).toEqual([]);
    expect(await store.find(id)).toBeUndefined();
    await expect(store.delete(id)).rejects.toMatchObject({ code: 'unknown_identity' });
  });

  it('deletes once where two ask at the same time, and tells the other that there is none', async () => {
    await store.add(record('Ada'), new Map([[file, picture]]));
    const { id } = record('Ada');
    const outcomes = await Promise.allSettled([store.delete(id), store.delete(id)]);
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed).toMatchObject([{ reason: { code: 'unknown_identity' } }]);
    expect(await readdir(join(root, 'own'))).toEqual([]);
  });

  it('does not delete a built-in identity', async () => {
    await putBuiltIn('marlow');
    await expect(store.delete('marlow')).rejects.toMatchObject({ code: 'identity_built_in' });
    expect(await store.find('marlow')).toBeDefined();
  });

  it('resolves nothing outside itself', async () => {
    await mkdir(join(root, 'outside'));
    await writeFile(join(root, 'outside', 'identity.json'), JSON.stringify(record('Eve')));
    await mkdir(join(root, 'own'), { recursive: true });
    await symlink(join(root, 'outside'), join(root, 'own', 'linked'));
    for (const id of [
      '../outside',
      '..',
      '.',
      'a/../../outside',
      'linked',
      'A',
      'a'.repeat(65),
      '',
    ])
      expect(await store.find(id)).toBeUndefined();
    await expect(store.add({ ...record('Eve'), id: '../eve' }, new Map())).rejects.toMatchObject({
      code: 'unknown_identity',
    });
  });

  it('follows no link in place of a picture, and no file name out of the folder', async () => {
    await store.add(record('Ada'), new Map([[file, picture]]));
    const found = await store.find(record('Ada').id);
    const path = join(root, 'own', record('Ada').id, file);
    await rm(path);
    await writeFile(join(root, 'secret'), picture);
    await symlink(join(root, 'secret'), path);
    await expect(store.readExample(found!, 0)).rejects.toMatchObject({ code: 'unknown_identity' });
    await putBuiltIn('evil', {
      ...record('evil'),
      id: 'evil',
      examples: [{ file: '../../secret' }],
    });
    expect(await store.find('evil')).toBeUndefined();
    expect(unusable).toContain('evil');
  });

  it('notices a picture that was changed on disk', async () => {
    await store.add(record('Ada'), new Map([[file, picture]]));
    await writeFile(join(root, 'own', record('Ada').id, file), 'something else');
    const found = await store.find(record('Ada').id);
    await expect(store.readExample(found!, 0)).rejects.toMatchObject({ code: 'identity_corrupt' });
  });

  it('skips entries it cannot use and tells of them', async () => {
    await store.add(record('Ada'), new Map([[file, picture]]));
    await mkdir(join(root, 'own', 'broken'));
    await writeFile(join(root, 'own', 'broken', 'identity.json'), '{"half');
    const { consent: _, ...without } = record('sly');
    await putBuiltIn('no-consent', { ...without, id: 'no-consent' });
    expect((await store.list()).map((each) => each.record.name)).toEqual(['Ada']);
    expect(unusable.sort()).toEqual(['broken', 'no-consent']);
  });

  it('tells of an entry it cannot use once, however often the list is asked for', async () => {
    await mkdir(join(root, 'own', 'broken'), { recursive: true });
    for (let time = 0; time < 3; time++) expect(await store.list()).toEqual([]);
    expect(unusable).toEqual(['broken']);
  });

  it('says by its code why an identity could not be kept, which the log of the server never told', async () => {
    const adding = store.add(record('Ada'), new Map([['no-folder/picture.png', picture]]));
    await expect(adding).rejects.toMatchObject({
      code: 'identity_not_kept',
      message: 'The identity could not be stored (ENOENT).',
    });
    expect(await readdir(join(root, 'own'))).toEqual([]);
  });

  it('sweeps away what a crash left half done', async () => {
    await store.add(record('Ada'), new Map([[file, picture]]));
    await mkdir(join(root, 'own', '.unfinished-1'));
    await store.recover();
    expect(await readdir(join(root, 'own'))).toEqual([record('Ada').id]);
  });
});

describe('the id of an identity', () => {
  it('is made of its name and content, and always one that may be used', () => {
    expect(identityId('Ada Lovelace', ['x'])).toMatch(/^ada-lovelace-[0-9a-f]{10}$/);
    expect(identityId('Ada', ['x'])).not.toBe(identityId('Ada', ['y']));
    for (const name of ['Ünïcödé', '李白', '../../etc/passwd', '-', 'x'.repeat(64)])
      expect(identityId(name, ['x'])).toMatch(/^[a-z0-9-]{1,64}$/);
  });
});
