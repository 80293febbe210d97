import { afterEach, describe, expect, test } from 'vitest';
import { NAL_IDR, NAL_SPS, nalUnits } from '../../../src/pipeline/decode/annex-b.ts';
import { parseH264Sps } from '../../../src/pipeline/decode/h264-sps.ts';
import { parseVp8Header } from '../../../src/pipeline/decode/vp8-header.ts';
import type { VideoEncoder } from '../../../src/pipeline/transmit/video-encoder.ts';
import { codecMatrix } from '../codec-matrix.ts';
import { flatPicture, movingPicture, psnr } from '../moving-picture.ts';

const FRAME_TIME = 1000 / 30;
const SIZE = { width: 256, height: 256 } as const;

describe.each(codecMatrix)('an encoder of $name', ({ codec, codecs }) => {
  let encoder: VideoEncoder;
  let index = 0;
  const open = async (bitrate = 600_000) => {
    index = 0;
    encoder = await codecs.createEncoder({ codec, ...SIZE, fps: 30, bitrate });
    return encoder;
  };
  const next = (keyframe = false) => {
    const at = index * FRAME_TIME;
    return encoder.encode(movingPicture(SIZE.width, SIZE.height, index++), at, { keyframe });
  };
  /** Bits a second over so many frames. */
  const rateOver = async (frames: number) => {
    let bytes = 0;
    for (let i = 0; i < frames; i++) bytes += (await next()).data.length;
    return (bytes * 8 * 30) / frames;
  };
  afterEach(() => encoder?.close());

  test('says what it encodes and with what', async () => {
    await open();
    expect(encoder).toMatchObject({ codec, backend: codecs.backend });
  });

  test('begins with a keyframe and makes no more unless asked', async () => {
    await open();
    const keyframes: number[] = [];
    for (let i = 0; i < 90; i++) if ((await next()).keyframe) keyframes.push(i);
    expect(keyframes).toEqual([0]);
  });

  test('makes a keyframe on demand, from which a new decoder can start', async () => {
    await open();
    for (let i = 0; i < 5; i++) await next();
    const { keyframe, data } = await next(true);
    expect(keyframe).toBe(true);
    expect(isKeyframe(data)).toBe(true);
    const decoder = await codecs.createDecoder(codec);
    const seen = await decoder.decode(data);
    decoder.close();
    expect(psnr(movingPicture(SIZE.width, SIZE.height, 5), seen!)).toBeGreaterThan(30);
  });

  test('gives every frame memory of its own', async () => {
    await open();
    const { data } = await next();
    const kept = Uint8Array.from(data);
    for (let i = 0; i < 5; i++) await next();
    encoder.close();
    expect(data).toEqual(kept);
  });

  test('stays near its bitrate', async () => {
    await open(300_000);
    await rateOver(30);
    const rate = await rateOver(90);
    expect(rate).toBeGreaterThan(200_000);
    expect(rate).toBeLessThan(390_000);
  });

  test('follows a new bitrate down and up again', async () => {
    await open(800_000);
    await rateOver(60);
    encoder.setBitrate(200_000);
    // Over four seconds: enough for a rise to be trusted where it costs a keyframe.
    await rateOver(30);
    const low = await rateOver(120);
    encoder.setBitrate(800_000);
    await rateOver(30);
    const high = await rateOver(90);
    expect(low).toBeLessThan(300_000);
    expect(high).toBeGreaterThan(450_000);
  });

  test('keeps a decoder going through changes of bitrate', async () => {
    await open(800_000);
    const decoder = await codecs.createDecoder(codec);
    for (let i = 0; i < 60; i++) {
      if (i % 15 === 14) encoder.setBitrate(i % 2 === 0 ? 300_000 : 900_000);
      const seen = await decoder.decode((await next()).data);
      expect(psnr(movingPicture(SIZE.width, SIZE.height, i), seen!)).toBeGreaterThan(28);
    }
    decoder.close();
  });

  test('encodes the same pictures to the same bytes', async () => {
    const runs: Uint8Array[][] = [];
    for (let run = 0; run < 2; run++) {
      await open();
      const frames: Uint8Array[] = [];
      for (let i = 0; i < 10; i++) frames.push((await next()).data);
      runs.push(frames);
      encoder.close();
    }
    expect(runs[0]).toEqual(runs[1]);
  });

  test('takes frames that come at uneven times', async () => {
    await open();
    for (const at of [0, 0.001, 5, 90, 91, 1000]) {
      const { data } = await encoder.encode(flatPicture(256, 256, [at % 200, 120, 130]), at, {
        keyframe: false,
      });
      expect(data.length).toBeGreaterThan(0);
    }
  });

  test('refuses a frame of another size, and goes on with the right one', async () => {
    await open();
    await expect(
      encoder.encode(movingPicture(128, 256, 0), 0, { keyframe: false }),
    ).rejects.toMatchObject({ code: 'encode_size_mismatch' });
    expect((await next()).keyframe).toBe(true);
  });

  test.each([
    { width: 255, height: 256 },
    { width: 256, height: 0 },
  ])('refuses to open at $width x $height', async (size) => {
    await expect(
      codecs.createEncoder({ codec, ...size, fps: 30, bitrate: 300_000 }),
    ).rejects.toMatchObject({ code: 'encode_failed' });
  });

  test('refuses work once closed, and closes twice without harm', async () => {
    await open();
    encoder.close();
    encoder.close();
    await expect(next()).rejects.toMatchObject({ code: 'encode_closed' });
  });

  function isKeyframe(data: Uint8Array): boolean {
    if (codec === 'vp8') return parseVp8Header(data)!.keyframe;
    return [...nalUnits(data)].some(({ type }) => type === NAL_IDR);
  }
});

describe.runIf(codecMatrix.some(({ codec }) => codec === 'h264'))('H.264 for browsers', () => {
  test('is constrained baseline, with its parameter sets before every IDR', async () => {
    const { codecs } = codecMatrix.find(({ codec }) => codec === 'h264')!;
    const encoder = await codecs.createEncoder({
      codec: 'h264',
      ...SIZE,
      fps: 30,
      bitrate: 600_000,
    });
    for (const i of [0, 1, 2]) {
      const { data } = await encoder.encode(movingPicture(256, 256, i), i * FRAME_TIME, {
        keyframe: i === 2,
      });
      const units = [...nalUnits(data)];
      const types = units.map(({ type }) => type).filter((type) => type !== 6);
      expect(types).toEqual(i === 1 ? [1] : [7, 8, 5]);
      const sps = units.find(({ type }) => type === NAL_SPS);
      if (sps === undefined) continue;
      expect(parseH264Sps(sps.bytes)).toMatchObject({ profile: 66, codedWidth: 256 });
      // constraint_set1_flag turns baseline into constrained baseline (RFC 6184 §8.1).
      expect(sps.bytes[2]! & 0x40).toBe(0x40);
    }
    encoder.close();
  });
});
