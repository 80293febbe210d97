import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMediaFile, openMediaFile } from '../../../src/pipeline/media-file/media-file.io.ts';
import {
  type MediaFrame,
  type MediaInfo,
  SYNTHETIC_COMMENT,
} from '../../../src/pipeline/media-file/media-file.ts';
import { backends, nativePresent } from '../codec-matrix.ts';
import { movingPicture, psnr } from '../moving-picture.ts';
import { seededRandom } from '../seeded-random.ts';
import { audioPackets } from './audio-packets.ts';
import { writeToneFile } from './tone-file.ts';

const SIZE = { width: 160, height: 112 } as const;
const FPS = 25;
const SECONDS = 1.2;
const EVEN_TIMES = Array.from({ length: FPS * SECONDS }, (_, i) => (i * 1000) / FPS);

type Backend = 'native' | 'wasm';

let folder: string;
let tone: string;
const inFolder = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-media-'));
  tone = inFolder('tone.webm');
  await writeToneFile(tone, SECONDS);
});
afterAll(() => rm(folder, { recursive: true }));

async function write(
  path: string,
  backend: Backend,
  { times = EVEN_TIMES, audioFrom }: { times?: readonly number[]; audioFrom?: string } = {},
): Promise<void> {
  const audio = audioFrom === undefined ? {} : { audioFrom };
  const writer = await createMediaFile(path, { ...SIZE, fps: FPS, ...audio }, { backend });
  for (const [i, at] of times.entries()) {
    await writer.write(movingPicture(SIZE.width, SIZE.height, i), at);
  }
  await writer.finish();
}

async function read(path: string, backend: Backend) {
  const reader = await openMediaFile(path, { backend });
  const frames: MediaFrame[] = [];
  try {
    for await (const frame of reader.frames()) frames.push(frame);
    return { info: reader.info, damaged: reader.damaged, frames };
  } finally {
    reader.close();
  }
}

const rows = backends.flatMap((backend) =>
  (backend === 'native' ? (['mp4', 'webm'] as const) : (['webm'] as const)).map((container) => ({
    backend,
    container,
  })),
);

describe.each(rows)('a $container file on the $backend backend', ({ backend, container }) => {
  const path = (name: string) => inFolder(`${backend}-${name}.${container}`);

  test('comes back frame by frame, at the same times', async () => {
    await write(path('plain'), backend);
    const { info, frames, damaged } = await read(path('plain'), backend);
    expect(info).toMatchObject({
      ...SIZE,
      rotation: 0,
      frames: EVEN_TIMES.length,
      codec: container === 'mp4' ? 'h264' : 'vp8',
      audio: false,
    } satisfies Partial<MediaInfo>);
    expect(info.fps).toBeCloseTo(FPS, 1);
    expect(info.duration).toBeCloseTo(SECONDS * 1000, -2);
    expect(damaged).toBe(0);
    expect(frames).toHaveLength(EVEN_TIMES.length);
    for (const [i, { frame, at }] of frames.entries()) {
      expect(at).toBeCloseTo(EVEN_TIMES[i]!, 0);
      expect(frame).toMatchObject({ ...SIZE, fullRange: false, rotation: 0 });
      expect(psnr(movingPicture(SIZE.width, SIZE.height, i), frame)).toBeGreaterThan(34);
    }
  });

  test('keeps uneven times', async () => {
    const times = [0, 20, 100, 101, 500, 1300];
    await write(path('uneven'), backend, { times });
    const { frames } = await read(path('uneven'), backend);
    expect(frames.map(({ at }) => Math.round(at))).toEqual(times);
  });

  test('says that its picture is synthetic', async () => {
    await write(path('marked'), backend);
    expect((await readFile(path('marked'))).includes(SYNTHETIC_COMMENT)).toBe(true);
  });

  test('carries the audio of another file untouched and in step', async () => {
    await write(path('sound'), backend, { audioFrom: tone });
    const sent = await audioPackets(tone);
    const copied = await audioPackets(path('sound'));
    const hex = ({ data }: { data: Uint8Array }) => Buffer.from(data).toString('hex');
    expect(copied.map(hex)).toEqual(sent.map(hex));
    for (const [i, { at }] of copied.entries()) {
      expect(Math.abs(at - copied[0]!.at - (sent[i]!.at - sent[0]!.at))).toBeLessThanOrEqual(1);
    }
    // Opus begins with its decoder's 6.5 ms of delay, which each container tells in its own way.
    expect(Math.abs(copied[0]!.at - sent[0]!.at)).toBeLessThanOrEqual(8);
    expect((await read(path('sound'), backend)).info.audio).toBe(true);
  });

  test('is the same, byte for byte, when written again', async () => {
    const seen = new Set<string>();
    // A dozen times: an encoder whose look-ahead depends on stray memory is right at times.
    for (let run = 0; run < (backend === 'native' ? 12 : 2); run++) {
      await write(path('again'), backend, { audioFrom: tone });
      seen.add((await readFile(path('again'))).toString('base64'));
    }
    expect(seen.size).toBe(1);
  });

  test('appears only when finished, and replaces what was there', async () => {
    await writeFile(path('late'), 'old');
    const writer = await createMediaFile(path('late'), { ...SIZE, fps: FPS }, { backend });
    await writer.write(movingPicture(SIZE.width, SIZE.height, 0), 0);
    expect(await readFile(path('late'), 'utf8')).toBe('old');
    await writer.finish();
    expect((await read(path('late'), backend)).frames).toHaveLength(1);
  });

  test('leaves nothing behind when aborted', async () => {
    const writer = await createMediaFile(path('aborted'), { ...SIZE, fps: FPS }, { backend });
    await writer.write(movingPicture(SIZE.width, SIZE.height, 0), 0);
    await writer.abort();
    await writer.abort();
    expect((await readdir(folder)).filter((name) => name.includes('aborted'))).toEqual([]);
    await expect(writer.finish()).rejects.toMatchObject({ code: 'media_write_failed' });
  });

  test('cannot be begun where there is no folder', async () => {
    const nowhere = inFolder(`missing/out.${container}`);
    await expect(
      createMediaFile(nowhere, { ...SIZE, fps: FPS }, { backend }),
    ).rejects.toMatchObject({ code: 'media_write_failed' });
  });

  test('refuses a frame of another size', async () => {
    const writer = await createMediaFile(path('size'), { ...SIZE, fps: FPS }, { backend });
    await expect(writer.write(movingPicture(64, 64, 0), 0)).rejects.toMatchObject({
      code: 'encode_size_mismatch',
    });
    await writer.abort();
  });

  test('with broken frames gives the others and counts what it left out', async () => {
    await write(path('hurt'), backend);
    const bytes = await readFile(path('hurt'));
    const random = seededRandom(5);
    const middle = Math.floor(bytes.length / 2);
    for (let at = middle; at < middle + 400; at++) bytes[at] = random() * 256;
    await writeFile(path('hurt'), bytes);
    const { frames } = await read(path('hurt'), backend);
    expect(frames.length).toBeGreaterThan(5);
    expect(frames.length).toBeLessThanOrEqual(EVEN_TIMES.length);
    expect(psnr(movingPicture(SIZE.width, SIZE.height, 0), frames[0]!.frame)).toBeGreaterThan(34);
    const times = frames.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('cut to a few bytes is refused as corrupt', async () => {
    await write(path('cut'), backend);
    const bytes = await readFile(path('cut'));
    for (const length of [12, 40, 200]) {
      await writeFile(path('cut'), bytes.subarray(0, length));
      await expect(read(path('cut'), backend)).rejects.toMatchObject({ code: 'media_corrupt' });
    }
  });
});

describe.each(backends)('the %s backend', (backend) => {
  test('refuses a file that is not there, empty, or of another kind', async () => {
    await writeFile(inFolder('empty.mp4'), '');
    await writeFile(inFolder('text.mp4'), 'this is not a video, whatever its name says');
    await writeFile(inFolder('list.mp4'), '#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n');
    const refusal = (name: string) => openMediaFile(inFolder(name), { backend });
    await expect(refusal('absent.mp4')).rejects.toMatchObject({ code: 'media_not_found' });
    await expect(refusal('empty.mp4')).rejects.toMatchObject({ code: 'media_corrupt' });
    await expect(refusal('text.mp4')).rejects.toMatchObject({ code: 'media_unsupported' });
    await expect(refusal('list.mp4')).rejects.toMatchObject({ code: 'media_unsupported' });
  });

  test('refuses a file without a picture', async () => {
    await expect(openMediaFile(tone, { backend })).rejects.toMatchObject({
      code: 'media_no_video',
    });
  });

  test('writes only what it is named after', async () => {
    await expect(
      createMediaFile(inFolder('out.avi'), { ...SIZE, fps: FPS }, { backend }),
    ).rejects.toMatchObject({ code: 'media_unsupported', valid: ['.mp4', '.m4v', '.webm'] });
  });
});

describe('without native codecs', () => {
  test('an mp4 is refused both ways, with what to install', async () => {
    const ftyp = Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42', 'latin1');
    await writeFile(inFolder('in.mp4'), ftyp);
    const refusal = {
      code: 'media_unsupported',
      message: expect.stringMatching(/npm install --include=optional/),
    };
    const backend = 'wasm';
    await expect(openMediaFile(inFolder('in.mp4'), { backend })).rejects.toMatchObject(refusal);
    await expect(
      createMediaFile(inFolder('out.mp4'), { ...SIZE, fps: FPS }, { backend }),
    ).rejects.toMatchObject(refusal);
  });
});

const clips = new URL('../../../../shared/media/clips/', import.meta.url);

describe.runIf(nativePresent && existsSync(clips))('recorded clips', () => {
  test.each([
    ['neutral-man-480.mp4', 216],
    ['talking-woman-512.mp4', 448],
    ['webcam-720p.mp4', 282],
  ])('%s is read to its last frame', async (name, count) => {
    const reader = await openMediaFile(new URL(name, clips).pathname, { backend: 'native' });
    let frames = 0;
    let last = Number.NEGATIVE_INFINITY;
    for await (const { at } of reader.frames()) {
      expect(at).toBeGreaterThan(last);
      last = at;
      frames++;
    }
    expect(frames).toBe(count);
    expect(reader).toMatchObject({ damaged: 0, info: { frames: count, audio: true } });
    reader.close();
  });
});
