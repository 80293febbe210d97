import { afterEach, describe, expect, test } from 'vitest';
import type { Codecs } from '../../../src/pipeline/decode/codecs.io.ts';
import type { VideoCodec, VideoDecoder } from '../../../src/pipeline/decode/video-decoder.ts';
import type { CameraFrame } from '../../../src/pipeline/picture.ts';
import { bitsToBytes, ue } from '../bit-string.ts';
import { codecMatrix } from '../codec-matrix.ts';
import { flatPicture, movingPicture, psnr } from '../moving-picture.ts';
import { seededRandom } from '../seeded-random.ts';

const FRAME_TIME = 1000 / 30;

/**
 * H.264 counts its macroblocks. VP8 reads zeros past the end of its last partition, so that only
 * a cut through the header and the first partition shows; the rest is for the transport to see.
 */
const CUTS: Record<VideoCodec, readonly number[]> = {
  vp8: [0, 0.005, 0.02],
  h264: [0, 0.02, 0.1, 0.5, 0.9, 0.98],
};

interface Coded {
  readonly data: Uint8Array;
  readonly keyframe: boolean;
}

async function code(
  codecs: Codecs,
  codec: VideoCodec,
  size: { width: number; height: number; frames: number; keyframes?: readonly number[] },
): Promise<Coded[]> {
  const { width, height, frames, keyframes = [] } = size;
  const encoder = await codecs.createEncoder({ codec, width, height, fps: 30, bitrate: 1_000_000 });
  const coded: Coded[] = [];
  for (let i = 0; i < frames; i++) {
    const picture = movingPicture(width, height, i);
    coded.push(await encoder.encode(picture, i * FRAME_TIME, { keyframe: keyframes.includes(i) }));
  }
  encoder.close();
  return coded;
}

describe.each(codecMatrix)('a decoder of $name', ({ codec, codecs }) => {
  let decoder: VideoDecoder;
  const open = async () => {
    decoder = await codecs.createDecoder(codec);
    return decoder;
  };
  afterEach(() => decoder.close());

  test('says what it decodes and with what', async () => {
    await open();
    expect(decoder).toMatchObject({ codec, backend: codecs.backend });
  });

  test('returns every picture at once, close to the one that was encoded', async () => {
    await open();
    const coded = await code(codecs, codec, { width: 320, height: 180, frames: 20 });
    for (const [i, { data }] of coded.entries()) {
      const seen = await decoder.decode(data);
      expect(seen).toMatchObject({ width: 320, height: 180, strideY: 320, strideUv: 160 });
      expect(psnr(movingPicture(320, 180, i), seen!)).toBeGreaterThan(32);
    }
  });

  test('keeps limited-range BT.601 samples as they are', async () => {
    await open();
    const encoder = await codecs.createEncoder({
      codec,
      width: 64,
      height: 64,
      fps: 30,
      bitrate: 500_000,
    });
    // Black, white and pure red, whose chroma lies at the edge of the range.
    for (const [i, colour] of (
      [
        [16, 128, 128],
        [235, 128, 128],
        [81, 90, 240],
      ] as const
    ).entries()) {
      const { data } = await encoder.encode(flatPicture(64, 64, colour), i * FRAME_TIME, {
        keyframe: true,
      });
      const seen = (await decoder.decode(data))!;
      expect(seen.fullRange).toBe(false);
      expect(Math.abs(seen.y[0]! - colour[0])).toBeLessThanOrEqual(2);
      expect(Math.abs(seen.u[0]! - colour[1])).toBeLessThanOrEqual(2);
      expect(Math.abs(seen.v[0]! - colour[2])).toBeLessThanOrEqual(2);
    }
    encoder.close();
  });

  test('hands over frames that later frames do not touch', async () => {
    await open();
    const coded = await code(codecs, codec, { width: 128, height: 128, frames: 6 });
    const first = (await decoder.decode(coded[0]!.data))!;
    const kept = Uint8Array.from(first.y);
    for (const { data } of coded.slice(1)) await decoder.decode(data);
    decoder.close();
    expect(first.y).toEqual(kept);
  });

  test('writes into a frame that is given back, where the size is the same', async () => {
    await open();
    const small = await code(codecs, codec, { width: 128, height: 128, frames: 3 });
    const large = await code(codecs, codec, { width: 192, height: 128, frames: 1 });
    const kept: CameraFrame[] = [];
    for (const { data } of small) kept.push((await decoder.decode(data))!);
    decoder.close();
    await open();
    const first = (await decoder.decode(small[0]!.data))!;
    await decoder.decode(small[1]!.data);
    const third = (await decoder.decode(small[2]!.data, first))!;
    expect(third.y).toBe(first.y);
    expect(third).toEqual(kept[2]);
    const other = (await decoder.decode(large[0]!.data, third))!;
    expect(other).toMatchObject({ width: 192, height: 128 });
    expect(third.y.length).toBe(128 * 128);
  });

  test('follows a change of resolution in mid-stream, up and down', async () => {
    await open();
    for (const [width, height] of [
      [320, 180],
      [640, 360],
      [160, 90],
    ] as const) {
      const coded = await code(codecs, codec, { width, height, frames: 4 });
      for (const [i, { data }] of coded.entries()) {
        const seen = (await decoder.decode(data))!;
        expect(psnr(movingPicture(width, height, i), seen)).toBeGreaterThan(30);
      }
    }
  });

  test.runIf(codec === 'vp8')('gives odd sizes whole, chroma rounded up', async () => {
    await open();
    const [first] = await code(codecs, codec, { width: 176, height: 96, frames: 1 });
    const odd = Uint8Array.from(first!.data);
    // As many macroblocks as before, the last ones cropped.
    new DataView(odd.buffer).setUint16(6, 175, true);
    new DataView(odd.buffer).setUint16(8, 95, true);
    const seen = (await decoder.decode(odd))!;
    expect(seen).toMatchObject({ width: 175, height: 95, strideY: 175, strideUv: 88 });
    expect(seen.y).toHaveLength(175 * 95);
    expect(seen.u).toHaveLength(88 * 48);
    const sent = movingPicture(176, 96, 0);
    expect(Math.abs(seen.y[94 * 175 + 174]! - sent.y[94 * 176 + 174]!)).toBeLessThan(12);
  });

  test('refuses to start with anything but a keyframe', async () => {
    await open();
    const coded = await code(codecs, codec, { width: 128, height: 128, frames: 2 });
    await expect(decoder.decode(coded[1]!.data)).rejects.toMatchObject({ code: 'decode_corrupt' });
    expect(await decoder.decode(coded[0]!.data)).toBeDefined();
  });

  test('refuses a forged 8000x8000 header, and goes on with the next keyframe', async () => {
    await open();
    const [first] = await code(codecs, codec, { width: 128, height: 128, frames: 1 });
    await expect(decoder.decode(forged(codec, first!.data))).rejects.toMatchObject({
      code: 'decode_too_large',
      value: { width: 8000, height: 8000 },
    });
    expect(await decoder.decode(first!.data)).toMatchObject({ width: 128 });
  });

  test.each(CUTS[codec])('reports a keyframe cut to %f of its bytes', async (share) => {
    await open();
    const coded = await code(codecs, codec, { width: 320, height: 180, frames: 2 });
    const { data } = coded[0]!;
    await expect(
      decoder.decode(data.subarray(0, Math.floor(data.length * share))),
    ).rejects.toMatchObject({ code: 'decode_corrupt' });
    // What builds on the lost frame is refused as well, whole as it is.
    await expect(decoder.decode(coded[1]!.data)).rejects.toMatchObject({ code: 'decode_corrupt' });
  });

  test('recovers at the next keyframe, wherever a frame was cut', async () => {
    await open();
    const coded = await code(codecs, codec, { width: 160, height: 96, frames: 8, keyframes: [4] });
    for (let share = 0; share < 1; share += 0.04) {
      await decoder.decode(coded[0]!.data);
      const { data } = coded[1]!;
      await decoder
        .decode(data.subarray(0, Math.floor(data.length * share)))
        .catch((error) => expect(error).toMatchObject({ code: 'decode_corrupt' }));
      const seen = await decoder.decode(coded[4]!.data);
      expect(psnr(movingPicture(160, 96, 4), seen!)).toBeGreaterThan(30);
    }
  });

  test('survives flipped bits, and is itself again from the next keyframe on', async () => {
    await open();
    const random = seededRandom(7);
    const coded = await code(codecs, codec, {
      width: 160,
      height: 96,
      frames: 60,
      keyframes: [0, 10, 20, 30, 40, 50],
    });
    let reported = 0;
    for (let round = 0; round < 10; round++) {
      for (const [i, { data, keyframe }] of coded.entries()) {
        const clean = keyframe || i % 10 < 3;
        const bytes = clean ? data : flipped(data, random);
        const seen = await decoder.decode(bytes).catch((error: { code: string }) => error);
        if (seen !== undefined && 'code' in seen) {
          expect(seen.code).toBe('decode_corrupt');
          expect(keyframe).toBe(false);
          reported++;
        } else if (clean) {
          expect(psnr(movingPicture(160, 96, i), seen!)).toBeGreaterThan(30);
        }
      }
    }
    expect(reported).toBeGreaterThan(0);
  });

  test('survives garbage of any length', async () => {
    await open();
    const random = seededRandom(11);
    const [first] = await code(codecs, codec, { width: 64, height: 64, frames: 1 });
    for (let length = 0; length < 400; length += 7) {
      const garbage = Uint8Array.from({ length }, () => random() * 256);
      await expect(decoder.decode(garbage)).rejects.toMatchObject({
        code: expect.stringMatching(/^decode_(corrupt|too_large)$/),
      });
    }
    expect(await decoder.decode(first!.data)).toMatchObject({ width: 64 });
  });

  test('refuses work once closed, and closes twice without harm', async () => {
    await open();
    decoder.close();
    decoder.close();
    await expect(decoder.decode(new Uint8Array(10))).rejects.toMatchObject({
      code: 'decode_closed',
    });
  });
});

function flipped(data: Uint8Array, random: () => number): Uint8Array {
  const bytes = Uint8Array.from(data);
  for (let flips = 0; flips < 4; flips++) {
    const at = Math.floor(random() * bytes.length);
    bytes[at] = bytes[at]! ^ (1 << Math.floor(random() * 8));
  }
  return bytes;
}

/** A valid first frame that claims 8000x8000: VP8 in the frame header, H.264 in a new SPS. */
function forged(codec: VideoCodec, data: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(data);
  if (codec === 'vp8') {
    new DataView(bytes.buffer).setUint16(6, 8000, true);
    new DataView(bytes.buffer).setUint16(8, 8000, true);
    return bytes;
  }
  // Baseline, level 3; then ue(0) ue(0) ue(2) ue(1) bit(0) ue(499) ue(499) and flags.
  const sps = bitsToBytes(`1 1 011 010 0 ${ue(499)} ${ue(499)} 1 1 0 0 1`);
  return Uint8Array.from([0, 0, 0, 1, 0x67, 66, 0xc0, 30, ...sps, ...bytes]);
}
