import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  EnrolmentProcess,
  MAX_WAITING_ENROLMENTS,
} from '../../src/pipeline/enrolment-process.io.ts';
import { BUILT_IN_IDENTITIES, identitiesFolder } from '../../src/pipeline/folders.ts';
import { decodePicture, encodePng } from '../../src/pipeline/render/identity/picture-file.io.ts';

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

const task = (...pictures: Uint8Array[]) => ({
  name: 'Ada',
  consent: { given: true, subject: 'invented-character', statement: 'Invented.' } as const,
  createdAt: '2026-01-01T00:00:00.000Z',
  pictures,
});

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
      const outcome = await enrolment.enrol(task(...pictures));
      expect(outcome).toMatchObject({ refused: { uploader: true, code, picture } });
    }
    expect(await kept()).toBe(0);
  });

  it('makes an identity of a face, keeping only the framed picture', async () => {
    const outcome = await enrolment.enrol(task(face));
    expect(outcome).toMatchObject({ enrolled: { name: 'Ada', consent: { given: true } } });
    if (!('enrolled' in outcome)) return;
    const [example] = outcome.enrolled.examples;
    const file = join(identitiesFolder(folder), outcome.enrolled.id, example!.file);
    const { width, height } = await decodePicture(await readFile(file));
    expect([width, height]).toEqual([512, 512]);
    expect(await enrolment.enrol(task(face))).toEqual(outcome);
    expect(await kept()).toBe(1);
  });

  it('takes only so many at once', async () => {
    const all = Array.from({ length: MAX_WAITING_ENROLMENTS + 3 }, () =>
      enrolment.enrol(task(wall)),
    );
    const outcomes = await Promise.allSettled(all);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBe(3);
    expect(refused[0]).toMatchObject({ reason: { code: 'enrolment_busy' } });
  });

  it('goes on after its worker was killed in mid-enrolment', async () => {
    await enrolment.enrol(task(wall));
    const under = enrolment.enrol(task(face, face));
    // The task is on its way to the running worker when this turn of the loop is over.
    await new Promise((resolve) => setImmediate(resolve));
    enrolment.close();
    expect(await under).toMatchObject({ refused: { code: 'picture_unreadable' } });
    expect(await enrolment.enrol(task(wall))).toMatchObject({ refused: { code: 'no_face' } });
  });
});
