import { describe, expect, test } from 'vitest';
import { BitstreamGuard } from '../../../src/pipeline/decode/bitstream-guard.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const nal = (hex: string) => Uint8Array.from(Buffer.from(`00000001${hex}`, 'hex'));

const VP8_KEY = bytes(0x30, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 48, 0, 1);
const VP8_INTER = bytes(0x31, 0, 0, 1);
const SPS = '6742c00dd901419f9e10000003001000000303c8f142a480';
const H264_KEY = Uint8Array.from([...nal(SPS), ...nal('68ce3c80'), ...nal('6588')]);
const H264_INTER = nal('419a');
const TEN_BITS = nal('676e000da6cb202833f3c2000003000200000300791e285490');

describe.each([
  ['vp8', VP8_KEY, VP8_INTER],
  ['h264', H264_KEY, H264_INTER],
] as const)('the guard of %s', (codec, key, inter) => {
  test('admits a keyframe and what follows it', () => {
    const guard = new BitstreamGuard(codec);
    expect(guard.admit(key)).toEqual({ restart: false });
    expect(guard.admit(inter)).toEqual({ restart: false });
  });

  test('refuses to begin in the middle', () => {
    const guard = new BitstreamGuard(codec);
    expect(() => guard.admit(inter)).toThrow(/keyframe must come first/);
  });

  test('refuses all until the next keyframe once something was lost, then asks for a restart', () => {
    const guard = new BitstreamGuard(codec);
    guard.admit(key);
    guard.lose();
    expect(() => guard.admit(inter)).toThrow(/keyframe must come first/);
    expect(guard.admit(key)).toEqual({ restart: true });
    expect(guard.admit(inter)).toEqual({ restart: false });
  });

  test('counts a frame that it refuses as lost', () => {
    const guard = new BitstreamGuard(codec);
    guard.admit(key);
    expect(() => guard.admit(bytes(1, 2, 3))).toThrow();
    expect(() => guard.admit(inter)).toThrow(/keyframe must come first/);
  });
});

test('a VP8 keyframe of 8000x8000 is refused by its header alone', () => {
  const forged = Uint8Array.from(VP8_KEY);
  forged.set([0x40, 0x1f, 0x40, 0x1f], 6);
  expect(() => new BitstreamGuard('vp8').admit(forged)).toThrow(
    expect.objectContaining({ code: 'decode_too_large', value: { width: 8000, height: 8000 } }),
  );
});

test('a 1080p picture, coded as 1088 rows, is not too large', () => {
  const sps = nal('67640028acb200f0044fcb08000003000800000301e478c19240');
  const frame = Uint8Array.from([...sps, ...nal('6588')]);
  expect(new BitstreamGuard('h264').admit(frame)).toEqual({ restart: false });
});

test('H.264 beyond 4:2:0 and 8 bit is refused', () => {
  const frame = Uint8Array.from([...TEN_BITS, ...nal('6588')]);
  expect(() => new BitstreamGuard('h264').admit(frame)).toThrow(
    expect.objectContaining({ code: 'decode_corrupt', value: { chromaFormat: 1, bitDepth: 10 } }),
  );
});

test('an H.264 access unit of parameter sets alone holds no picture', () => {
  expect(() => new BitstreamGuard('h264').admit(nal(SPS))).toThrow(/no slice/);
});
