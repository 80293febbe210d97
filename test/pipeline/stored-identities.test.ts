import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../src/errors.ts';
import type { EnrolmentOutcome } from '../../src/pipeline/enrolment-process.io.ts';
import { identityId, sha256 } from '../../src/pipeline/render/identity/identity-id.ts';
import { IdentityStore } from '../../src/pipeline/render/identity/identity-store.io.ts';
import { StoredIdentities } from '../../src/pipeline/stored-identities.ts';
import { EnrolmentPostponed, EnrolmentRefused } from '../../src/signaling/identity-catalogue.ts';
import { readPictures, uploadedPictures } from '../signaling/uploaded-pictures.ts';

const consent = { given: true, subject: 'myself', statement: 'It is me.' } as const;

let folder: string;
let store: IdentityStore;
let forgotten: string[];
let outcome: EnrolmentOutcome | undefined;
let failure: Error | undefined;
let identities: StoredIdentities;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stored-identities-'));
  store = new IdentityStore({ builtInFolder: join(folder, 'none'), folder });
  outcome = failure = undefined;
  forgotten = [];
  identities = new StoredIdentities({
    store,
    today: () => '2026-03-04T05:06:07.000Z',
    builtInSince: '2026-01-01T00:00:00.000Z',
    forgetPictures: async (hashes) => {
      forgotten.push(...hashes);
    },
    // Plays the enrolment worker: keeps the bytes as if they were a framed picture.
    enrol: async ({ name, createdAt }, pictures) => {
      if (failure) throw failure;
      if (outcome) return outcome;
      const uploaded = await readPictures(pictures);
      const files = new Map(uploaded.map((bytes) => [`${sha256(bytes)}.png`, bytes]));
      const id = identityId(name, [...files.keys()]);
      const examples = [...files.keys()].map((file) => ({ file, sha256: file.slice(0, 64) }));
      const record = { version: 1, id, name, createdAt, consent, examples } as const;
      return { enrolled: (await store.add({ ...record, examples }, files)).record };
    },
  });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const enrol = () =>
  identities.enrol({ name: 'Ada', consent }, uploadedPictures([new Uint8Array([1, 2])]));

describe('the catalogue of stored identities', () => {
  it('lists what was enrolled, with its consent and time, and serves its picture', async () => {
    const { id } = await enrol();
    expect(await identities.list()).toEqual([
      {
        id,
        name: 'Ada',
        builtIn: false,
        examples: 1,
        consent: true,
        createdAt: '2026-03-04T05:06:07.000Z',
      },
    ]);
    expect(await identities.picture(id)).toEqual(Buffer.from([1, 2]));
    expect(await identities.picture('nobody')).toBeUndefined();
  });

  it('passes on what was wrong with an uploaded picture, and which it was', async () => {
    outcome = { refused: { uploader: true, code: 'no_face', message: 'No face.', picture: 1 } };
    await expect(enrol()).rejects.toMatchObject({ code: 'no_face', picture: 1 });
    await expect(enrol()).rejects.toBeInstanceOf(EnrolmentRefused);
  });

  it('does not blame the uploader for a failure of its own', async () => {
    outcome = { refused: { uploader: false, code: 'identity_not_kept', message: 'Disk full.' } };
    await expect(enrol()).rejects.not.toBeInstanceOf(EnrolmentRefused);
    await expect(enrol()).rejects.toMatchObject({ code: 'identity_not_kept' });
  });

  it.each([
    ['enrolment_busy', 'busy'],
    ['enrolment_interrupted', 'interrupted'],
  ])('calls %s what it is to the uploader: worth another try', async (code, told) => {
    failure = new UnderstudyError(code, 'Try again.');
    await expect(enrol()).rejects.toBeInstanceOf(EnrolmentPostponed);
    await expect(enrol()).rejects.toMatchObject({ code: told, message: 'Try again.' });
  });

  it('passes on what reading an upload throws', async () => {
    failure = new Error('too large');
    await expect(enrol()).rejects.toBe(failure);
  });

  it('tells its listeners of a deletion once it is done', async () => {
    const { id } = await enrol();
    const told: string[] = [];
    const stop = identities.onDeleted((deleted) => told.push(deleted));
    await identities.delete(id);
    expect(told).toEqual([id]);
    expect(forgotten).toEqual([sha256(new Uint8Array([1, 2]))]);
    expect(await identities.find(id)).toBeUndefined();
    stop();
    await enrol();
    await identities.delete(id);
    expect(told).toEqual([id]);
  });
});
