import { describe, expect, test } from 'vitest';
import { parseVp8Header } from '../../../src/pipeline/decode/vp8-header.ts';

/** A shown keyframe of 176x144 with a first partition of five bytes. */
const KEYFRAME = [0xb0, 0, 0, 0x9d, 0x01, 0x2a, 176, 0, 144, 0, 1, 2, 3, 4, 5];

const parse = (bytes: readonly number[]) => parseVp8Header(Uint8Array.from(bytes));
const changed = (at: number, byte: number) => KEYFRAME.with(at, byte);

describe('a VP8 frame header', () => {
  test('gives size and partition of a keyframe', () => {
    expect(parse(KEYFRAME)).toEqual({
      keyframe: true,
      version: 0,
      shown: true,
      firstPartition: 5,
      length: 10,
      width: 176,
      height: 144,
    });
  });

  test('gives no size on an inter frame', () => {
    expect(parse([0x51, 0, 0, 1, 2])).toEqual({
      keyframe: false,
      version: 0,
      shown: true,
      firstPartition: 2,
      length: 3,
    });
  });

  test('leaves out the scaling bits above the size', () => {
    expect(parse(changed(7, 0xc0))).toMatchObject({ width: 176 });
  });

  test('knows a frame that is decoded but not shown', () => {
    expect(parse(changed(0, 0xa0))).toMatchObject({ shown: false });
  });

  test.each([
    ['no bytes at all', []],
    ['a wrong start code', changed(3, 0x9c)],
    ['an unknown version', changed(0, 0xb8)],
    ['no width', changed(6, 0)],
    ['an empty first partition', changed(0, 0x10)],
    ['a first partition past the end', KEYFRAME.slice(0, -1)],
    ['a header cut short', KEYFRAME.slice(0, 9)],
  ])('is refused with %s', (_, bytes) => {
    expect(parse(bytes)).toBeUndefined();
  });
});
