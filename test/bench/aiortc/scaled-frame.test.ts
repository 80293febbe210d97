import { describe, expect, it } from 'vitest';
import { scaledDown } from '../../../bench/aiortc/scaled-frame.ts';
import type { CameraFrame } from '../../../src/pipeline/picture.ts';

const frame: CameraFrame = {
  width: 4,
  height: 4,
  // Rows are six bytes apart: the last two belong to no picture.
  y: Uint8Array.from([
    0, 4, 8, 8, 255, 255, 4, 8, 8, 8, 255, 255, 1, 1, 9, 9, 255, 255, 1, 1, 9, 9,
  ]),
  u: Uint8Array.from([10, 20, 30, 40]),
  v: Uint8Array.from([1, 1, 1, 1]),
  strideY: 6,
  strideUv: 2,
  fullRange: false,
  rotation: 0,
};

describe('a frame scaled down', () => {
  it('has the mean of the pixels that each of its own stands for', () => {
    const { width, height, y, u, v } = scaledDown(frame, 2);
    expect([width, height]).toEqual([2, 2]);
    expect([...y]).toEqual([4, 8, 1, 9]);
    expect([...u]).toEqual([25]);
    expect([...v]).toEqual([1]);
  });

  it('is as it was at its own size, without its padding', () => {
    expect(scaledDown(frame, 4).y).toHaveLength(16);
  });

  it('is refused at any other fraction', () => {
    expect(() => scaledDown(frame, 3)).toThrow('4x4');
  });
});
