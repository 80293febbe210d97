import { describe, expect, it } from 'vitest';
import { readVp8Payload } from '../../../src/pipeline/accept/vp8-depacketizer.ts';

const KEY = 0x10;
const DELTA = 0x31;

describe('readVp8Payload', () => {
  it('strips every shape of payload descriptor', () => {
    const descriptors = [
      [0x10],
      [0x90, 0x80, 0x11],
      [0x90, 0x80, 0x91, 0x22],
      [0x90, 0xc0, 0x91, 0x22, 0x05],
      [0x90, 0xf0, 0x91, 0x22, 0x05, 0x60],
      [0x90, 0x20, 0x60],
    ];
    for (const descriptor of descriptors) {
      const part = readVp8Payload(Buffer.from([...descriptor, KEY, 1, 2]))!;
      expect(Buffer.concat(part.parts)).toEqual(Buffer.from([KEY, 1, 2]));
      expect(part).toMatchObject({ starts: true, keyframe: true });
    }
  });

  it('tells delta frames and continuations from keyframes', () => {
    expect(readVp8Payload(Buffer.from([0x10, DELTA]))).toMatchObject({
      starts: true,
      keyframe: false,
    });
    expect(readVp8Payload(Buffer.from([0x00, KEY]))).toMatchObject({
      starts: false,
      keyframe: false,
    });
    // The start of a later partition is not the start of the frame.
    expect(readVp8Payload(Buffer.from([0x11, KEY]))).toMatchObject({ starts: false });
  });

  it('refuses a descriptor that leaves nothing', () => {
    for (const bytes of [[], [0x10], [0x90, 0x80], [0x90, 0x80, 0x91], [0x90, 0xf0, 1, 2, 3]]) {
      expect(readVp8Payload(Buffer.from(bytes))).toBeUndefined();
    }
  });
});
