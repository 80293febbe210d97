import { describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../../../src/errors.ts';
import type { FaceLandmarks } from '../../../../src/pipeline/landmark/landmarks.ts';
import type { Picture } from '../../../../src/pipeline/picture.ts';
import {
  type EnrolmentPorts,
  type EnrolmentRequest,
  EXAMPLE_SIZE,
  enrolPictures,
} from '../../../../src/pipeline/render/identity/enrolment.ts';
import { sha256 } from '../../../../src/pipeline/render/identity/identity-id.ts';
import { fakeFace } from './fake-face.ts';

const FACE = fakeFace({ x: 320, y: 220, width: 160 });

/** Files of one byte: the colour of the decoded picture; 255 is corrupt. Colour 0 has no face. */
const file = (colour: number): Uint8Array => Uint8Array.of(colour);

function ports(faces: (colour: number) => readonly FaceLandmarks[] = () => [FACE]) {
  const encoded: Picture[] = [];
  const all: EnrolmentPorts = {
    decode: async ([colour]) => {
      if (colour === 255) {
        throw new UnderstudyError('picture_corrupt', 'The file is damaged.');
      }
      const rgba = new Uint8ClampedArray(640 * 480 * 4).fill(colour ?? 0);
      return { width: 640, height: 480, rgba };
    },
    encode: async (picture) => {
      encoded.push(picture);
      return Uint8Array.of(9, picture.rgba[0]!, picture.width & 255);
    },
    finder: { find: async ({ rgba }) => faces(rgba[0]!) },
  };
  return { all, encoded };
}

const request = (...pictures: Uint8Array[]): EnrolmentRequest => ({
  name: 'Ada L.',
  consent: { given: true, subject: 'myself', statement: 'It is me.' },
  createdAt: '2026-01-02T03:04:05.000Z',
  pictures,
});

describe('enrolment', () => {
  it('makes a record and framed square pictures, named by the hash of their content', async () => {
    const { all, encoded } = ports();
    const { record, files } = await enrolPictures(request(file(1), file(2)), all);
    expect(encoded.map(({ width, height }) => [width, height])).toEqual([
      [EXAMPLE_SIZE, EXAMPLE_SIZE],
      [EXAMPLE_SIZE, EXAMPLE_SIZE],
    ]);
    expect(record).toMatchObject({ version: 1, name: 'Ada L.', consent: { subject: 'myself' } });
    expect(record.id).toMatch(/^ada-l-[0-9a-f]{10}$/);
    for (const example of record.examples) {
      expect(example.file).toBe(`${example.sha256}.png`);
      expect(sha256(files.get(example.file)!)).toBe(example.sha256);
    }
  });

  it('gives the same name and pictures the same id, and others another', async () => {
    const id = async (...colours: number[]): Promise<string> =>
      (await enrolPictures(request(...colours.map(file)), ports().all)).record.id;
    expect(await id(1, 2)).toBe(await id(1, 2));
    expect(await id(1, 2)).not.toBe(await id(1, 3));
  });

  it('keeps a picture once that was given twice', async () => {
    const { record, files } = await enrolPictures(request(file(1), file(1)), ports().all);
    expect(record.examples).toHaveLength(1);
    expect(files.size).toBe(1);
  });

  it('refuses the whole enrolment for one bad picture, and names it', async () => {
    const { all } = ports((colour) => (colour === 0 ? [] : [FACE]));
    await expect(enrolPictures(request(file(1), file(0)), all)).rejects.toMatchObject({
      code: 'no_face',
      picture: 1,
      message: expect.stringContaining('Picture 2'),
    });
    await expect(enrolPictures(request(file(1), file(1), file(255)), all)).rejects.toMatchObject({
      code: 'picture_unreadable',
      picture: 2,
      message: 'Picture 3: The file is damaged.',
    });
  });

  it('takes one to eight pictures', async () => {
    await expect(enrolPictures(request(), ports().all)).rejects.toMatchObject({
      code: 'no_pictures',
    });
    const nine = Array.from({ length: 9 }, (_, colour) => file(colour + 1));
    await expect(enrolPictures(request(...nine), ports().all)).rejects.toMatchObject({
      code: 'too_many_pictures',
    });
    expect((await enrolPictures(request(...nine.slice(1)), ports().all)).files.size).toBe(8);
  });
});
