import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EnrolmentProcess, MAX_ENROLMENTS } from '../../src/pipeline/enrolment-process.io.ts';
import { BUILT_IN_IDENTITIES, identitiesFolder } from '../../src/pipeline/folders.ts';
import { decodePicture, encodePng } from '../../src/pipeline/render/identity/picture-file.io.ts';
import type { UploadedPicture } from '../../src/signaling/identity-catalogue.ts';
import { uploadedPictures } from '../signaling/uploaded-pictures.ts';

let folder: string;
let enrolment: EnrolmentProcess;
let face: Uint8Array;
let wall: Uint8Array;
let couple: Uint8Array;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enrolment-'));
  enrolment = new EnrolmentProcess({
    dataFolder: folder,
    modelsFolder: folder,
    codecs: 'auto',
    engine: 'warp',
    identityCacheBytes: 1,
  });
  face = await readFile(join(BUILT_IN_IDENTITIES, 'ines', '1.webp'));
  const picture = await decodePicture(face);
  const { width, height, rgba } = picture;
  wall = await encodePng({ ...picture, rgba: new Uint8ClampedArray(rgba.length).fill(180) });
  const two = new Uint8ClampedArray(width * 2 * height * 4);
  for (let row = 0; row < height; row++)
    for (const half of [0, 1])
      two.set(rgba.subarray(row * width * 4, (row + 1) * width * 4), (row * 2 + half) * width * 4);
  couple = await encodePng({ width: width * 2, height, rgba: two });
});

afterAll(async () => {
  enrolment.close();
  await rm(folder, { recursive: true, force: true });
});

const TASK = {
  name: 'Ada',
  consent: { given: true, subject: 'invented-character', statement: 'Invented.' },
  createdAt: '2026-01-01T00:00:00.000Z',
} as const;

const enrol = (...pictures: Uint8Array[]) => enrolment.enrol(TASK, uploadedPictures(pictures));

async function workerPid(): Promise<number> {
  const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
  for (const child of children.trim().split(' ')) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8');
    if (command.includes('enrolment.worker')) return Number(child);
  }
  throw new Error('there is no enrolment worker');
}

const kept = async () => (await readdir(identitiesFolder(folder)).catch(() => [])).length;

describe('the enrolment process', () => {
  it('refuses what no identity can be made of, says which picture and why, and keeps nothing', async () => {
    const corrupt = face.slice(0, 2000);
    for (const [pictures, code, picture] of [
      [[wall], 'no_face', 0],
      [[face, couple], 'several_faces', 1],
      [[face, face, corrupt], 'picture_unreadable', 2],
      [[new TextEncoder().encode('<svg/>')], 'picture_unreadable', 0],
      [[], 'no_pictures', undefined],
    ] as const) {
      const outcome = await enrol(...pictures);
      expect(outcome).toMatchObject({ refused: { uploader: true, code, picture } });
    }
    expect(await kept()).toBe(0);
  });

  it('makes an identity of a face, keeping only the framed picture', async () => {
    const outcome = await enrol(face);
    expect(outcome).toMatchObject({ enrolled: { name: 'Ada', consent: { given: true } } });
    if (!('enrolled' in outcome)) return;
    const [example] = outcome.enrolled.examples;
    const file = join(identitiesFolder(folder), outcome.enrolled.id, example!.file);
    const { width, height } = await decodePicture(await readFile(file));
    expect([width, height]).toEqual([512, 512]);
    expect(await kept()).toBe(1);
  });

  it('gives nobody another’s identity, and the secret that deletes it, for its name and its pictures', async () => {
    const [id] = await readdir(identitiesFolder(folder));
    const [shown] = (await readdir(join(identitiesFolder(folder), id!))).filter((file) =>
      file.endsWith('.png'),
    );
    for (const picture of [face, await readFile(join(identitiesFolder(folder), id!, shown!))])
      expect(await enrol(picture)).toMatchObject({
        refused: { uploader: true, code: 'already_enrolled' },
      });
    expect(await kept()).toBe(1);
  });

  it('bug: whoever enrolled where no process could be begun waited for good', async () => {
    const broken = new EnrolmentProcess({
      dataFolder: folder,
      modelsFolder: folder,
      codecs: 'auto',
      engine: 'warp',
      identityCacheBytes: 1,
    });
    const { execPath } = process;
    try {
      process.execPath = join(folder, 'nothing-that-runs');
      await expect(broken.enrol(TASK, uploadedPictures([face]))).rejects.toMatchObject({
        code: 'enrolment_interrupted',
      });
      process.execPath = execPath;
      expect(await broken.enrol(TASK, uploadedPictures([wall]))).toMatchObject({
        refused: { code: 'no_face' },
      });
    } finally {
      process.execPath = execPath;
      broken.close();
    }
  });

  it('takes only so many at once', async () => {
    const all = Array.from({ length: MAX_ENROLMENTS + 3 }, () => enrol(wall));
    const outcomes = await Promise.allSettled(all);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBe(3);
    expect(refused[0]).toMatchObject({ reason: { code: 'enrolment_busy' } });
  });

  it.runIf(process.platform === 'linux')(
    'takes a picture in no faster than its worker does, and forgets it when the uploader gives up',
    async () => {
      await enrol(wall);
      const worker = await workerPid();
      process.kill(worker, 'SIGSTOP');
      let read = 0;
      async function* pieces(): AsyncGenerator<Uint8Array> {
        for (; read < 500; read++) yield new Uint8Array(65_536);
        throw new Error('hung up');
      }
      async function* one(): AsyncGenerator<UploadedPicture> {
        yield pieces();
      }
      const upload = enrolment.enrol(TASK, one());
      for (let turn = 0; turn < 1000; turn++) await new Promise((next) => setImmediate(next));
      // As much as the pipe between them holds.
      expect(read).toBeLessThan(50);
      process.kill(worker, 'SIGCONT');
      await expect(upload).rejects.toThrow('hung up');
      expect(await enrol(wall)).toMatchObject({ refused: { code: 'no_face' } });
    },
  );

  it('enrols what is whole while another is still being uploaded', async () => {
    const rest = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<UploadedPicture> {
      yield (async function* () {
        yield face.subarray(0, 1000);
        await rest.promise;
        yield face.subarray(1000);
      })();
    }
    const late = enrolment.enrol({ ...TASK, name: 'Zoe' }, slow());
    expect(await enrol(wall)).toMatchObject({ refused: { code: 'no_face' } });
    rest.resolve();
    expect(await late).toMatchObject({ enrolled: { name: 'Zoe' } });
  });

  it('goes on after its worker was killed in mid-enrolment, and blames nobody who was only uploading', async () => {
    const [uploaded, rest] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    async function* unfinished(): AsyncGenerator<UploadedPicture> {
      yield* uploadedPictures([face]);
      await rest.promise;
    }
    async function* many(): AsyncGenerator<UploadedPicture> {
      yield* uploadedPictures(Array(8).fill(face));
      uploaded.resolve();
    }
    const uploading = enrolment.enrol(TASK, unfinished());
    const underWay = enrolment.enrol(TASK, many());
    await uploaded.promise;
    // Its end is on its way to the worker when this turn of the loop is over.
    await new Promise((resolve) => setImmediate(resolve));
    enrolment.close();
    expect(await underWay).toMatchObject({ refused: { code: 'picture_unreadable' } });
    rest.resolve();
    await expect(uploading).rejects.toMatchObject({ code: 'enrolment_interrupted' });
    expect(await enrol(wall)).toMatchObject({ refused: { code: 'no_face' } });
  });
});
