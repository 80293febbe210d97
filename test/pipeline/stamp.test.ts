import { describe, expect, it } from 'vitest';
import type { AvatarFrame, CameraFrame } from '../../src/pipeline/picture.ts';
import { drawStamp, parseStamp, readStamp, stampBlocks } from '../../src/pipeline/stamp.ts';

const SIDE = 256;

function drawn(counter: number, noise: (i: number) => number = () => 0): CameraFrame {
  const frame: AvatarFrame = {
    width: SIDE,
    height: SIDE,
    y: new Uint8Array(SIDE * SIDE).fill(90),
    u: new Uint8Array((SIDE * SIDE) / 4).fill(60),
    v: new Uint8Array((SIDE * SIDE) / 4).fill(60),
  };
  drawStamp(frame, counter);
  const y = Uint8ClampedArray.from(frame.y, (luma, i) => luma + noise(i));
  return {
    ...frame,
    y: new Uint8Array(y),
    strideY: SIDE,
    strideUv: SIDE / 2,
    fullRange: false,
    rotation: 0,
  };
}

describe('the counter stamped into a picture', () => {
  it('is read back, whatever its value', () => {
    for (const counter of [0, 1, 0x5555, 0xaaaa, 0x8000, 0xffff, 12_345])
      expect(readStamp(drawn(counter))).toBe(counter);
  });

  it('survives the noise of coding', () => {
    expect(readStamp(drawn(12_345, (i) => ((i * 7919) % 121) - 60))).toBe(12_345);
  });

  it('is not seen where there is none, nor where a bit is wrong', () => {
    const blank = drawn(7);
    blank.y.fill(120);
    expect(readStamp(blank)).toBeUndefined();
    const blocks = stampBlocks(7);
    blocks[5] = !blocks[5];
    expect(parseStamp(blocks)).toBeUndefined();
  });

  it('covers only the lower edge', () => {
    const frame = drawn(0xffff);
    expect(frame.y.subarray(0, SIDE * 239).every((luma) => luma === 90)).toBe(true);
    expect(frame.u.subarray(0, (SIDE / 2) * 119).every((chroma) => chroma === 60)).toBe(true);
  });
});
