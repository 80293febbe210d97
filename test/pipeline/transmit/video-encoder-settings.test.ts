import { describe, expect, test } from 'vitest';
import {
  checkEncoderOptions,
  checkFrame,
  encoderOptions,
  encoderTicks,
} from '../../../src/pipeline/transmit/video-encoder-settings.ts';
import { flatPicture } from '../moving-picture.ts';

const OPTIONS = { codec: 'vp8', width: 64, height: 48, fps: 30, bitrate: 250_000 } as const;

describe('encoder settings', () => {
  test('hold nothing back and drop nothing', () => {
    expect(encoderOptions(OPTIONS)).toMatchObject({ 'lag-in-frames': '0', bf: '0' });
    expect(encoderOptions({ ...OPTIONS, codec: 'h264' })).toMatchObject({
      tune: 'zerolatency',
      bf: '0',
    });
  });

  test('bound the bitrate from both sides for VP8, from above for H.264', () => {
    expect(encoderOptions(OPTIONS)).toMatchObject({
      b: '250000',
      minrate: '250000',
      maxrate: '250000',
    });
    const h264 = encoderOptions({ ...OPTIONS, codec: 'h264' });
    expect(h264).toMatchObject({ maxrate: '250000', bufsize: '125000' });
    expect(h264).not.toHaveProperty('minrate');
  });

  test.each([
    { width: 63 },
    { height: 0 },
    { width: 64.5 },
    { fps: 0 },
    { fps: Number.NaN },
    { bitrate: 9_999 },
  ])('are refused with %o', (wrong) => {
    expect(() => checkEncoderOptions({ ...OPTIONS, ...wrong })).toThrow(
      expect.objectContaining({ code: 'encode_failed' }),
    );
  });

  test('are accepted down to the smallest picture', () => {
    expect(() => checkEncoderOptions({ ...OPTIONS, width: 2, height: 2 })).not.toThrow();
  });
});

describe('a frame', () => {
  test('of the right size is taken', () => {
    expect(() => checkFrame(OPTIONS, flatPicture(64, 48, [1, 2, 3]))).not.toThrow();
  });

  test('whose planes are shorter than it says is refused', () => {
    const frame = { ...flatPicture(64, 48, [1, 2, 3]), v: new Uint8Array(10) };
    expect(() => checkFrame(OPTIONS, frame)).toThrow(
      expect.objectContaining({ code: 'encode_size_mismatch' }),
    );
  });
});

test('ticks count at 90 kHz and never repeat, though times do', () => {
  expect(encoderTicks(1000, -1)).toBe(90_000);
  expect(encoderTicks(1000.001, 90_000)).toBe(90_001);
  expect(encoderTicks(0, 90_001)).toBe(90_002);
});
