import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadNodeAv, type NodeAv } from '../../../src/pipeline/decode/node-av.io.ts';
import type { MediaFrame } from '../../../src/pipeline/media-file/media-file.ts';
import { NativeMediaReader } from '../../../src/pipeline/media-file/native-reader.io.ts';
import { nativePresent } from '../codec-matrix.ts';
import { type StoredFile, writeStoredFile } from './stored-file.ts';

describe.runIf(nativePresent)('the native reader', () => {
  let av: NodeAv;
  let folder: string;
  const plain: StoredFile = {
    width: 178,
    height: 94,
    pixelFormat: 'AV_PIX_FMT_YUV420P',
    colourSpace: 'AVCOL_SPC_SMPTE170M',
    yuv: [81, 90, 240],
  };

  beforeAll(async () => {
    const loaded = await loadNodeAv();
    if (loaded.state === 'present') av = loaded.av;
    folder = await mkdtemp(join(tmpdir(), 'understudy-reader-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function readBack(path: string) {
    const reader = await NativeMediaReader.open(av, path);
    const frames: MediaFrame[] = [];
    for await (const frame of reader.frames()) frames.push(frame);
    reader.close();
    return { info: reader.info, frames };
  }

  async function colour(stored: StoredFile): Promise<number[]> {
    const path = join(folder, 'colour.mp4');
    writeStoredFile(av, path, stored);
    const { frames } = await readBack(path);
    expect(frames).toHaveLength(3);
    const { frame } = frames[0]!;
    expect(frame).toMatchObject({ width: 178, height: 94, strideY: 178, fullRange: false });
    expect(frame.u).toHaveLength(89 * 47);
    return [frame.y[200]!, frame.u[200]!, frame.v[200]!];
  }

  function expectNear(seen: readonly number[], expected: readonly number[]) {
    for (const [i, value] of expected.entries()) {
      expect(Math.abs(seen[i]! - value)).toBeLessThanOrEqual(2);
    }
  }

  test('crops a picture that is no multiple of a macroblock', async () => {
    expectNear(await colour(plain), [81, 90, 240]);
  });

  test('brings full chroma down to 4:2:0', async () => {
    expectNear(await colour({ ...plain, pixelFormat: 'AV_PIX_FMT_YUV444P' }), [81, 90, 240]);
  });

  test('brings ten bits down to eight', async () => {
    const ten = { ...plain, pixelFormat: 'AV_PIX_FMT_YUV420P10LE', yuv: [324, 360, 960] } as const;
    expectNear(await colour(ten), [81, 90, 240]);
  });

  test('turns BT.709 into BT.601: the same red, in other numbers', async () => {
    const red709 = { ...plain, colourSpace: 'AVCOL_SPC_BT709', yuv: [63, 102, 240] } as const;
    expectNear(await colour(red709), [81, 90, 240]);
  });

  test.each([
    [90, [0, 1, -1, 0]],
    [180, [-1, 0, 0, -1]],
    [270, [0, -1, 1, 0]],
  ] as const)('hands on that a telephone was turned by %i degrees', async (degrees, turn) => {
    const path = join(folder, `turned-${degrees}.mp4`);
    writeStoredFile(av, path, plain);
    const bytes = await readFile(path);
    // The matrix of a track header of version 0 (ISO/IEC 14496-12 §8.3.2).
    const matrix = bytes.indexOf('tkhd') + 44;
    for (const [i, at] of [0, 4, 12, 16].entries()) {
      bytes.writeInt32BE(turn[i]! * 0x10000, matrix + at);
    }
    await writeFile(path, bytes);
    const { info, frames } = await readBack(path);
    expect(info).toMatchObject({ width: 178, height: 94, rotation: degrees });
    expect(frames[0]!.frame.rotation).toBe(degrees);
  });

  test('says so when closed in the middle', async () => {
    const path = join(folder, 'closed.mp4');
    writeStoredFile(av, path, plain);
    const reader = await NativeMediaReader.open(av, path);
    const frames = reader.frames()[Symbol.asyncIterator]();
    await frames.next();
    reader.close();
    reader.close();
    await expect(frames.next()).rejects.toThrow(/closed while being read/);
  });
});
