import { describe, expect, it } from 'vitest';
import { isTransform, transformed } from '../../../bench/aiortc/transform.ts';
import type { CameraFrame } from '../../../src/pipeline/picture.ts';

/** A frame whose planes lie anywhere in one buffer, as a decoder's may. */
function frame(offset: number): CameraFrame {
  const bytes = Uint8Array.from({ length: 64 }, (_, i) => i * 4);
  const plane = (from: number, length: number) =>
    new Uint8Array(bytes.buffer, offset + from, length);
  return {
    width: 6,
    height: 4,
    y: plane(0, 24),
    u: plane(24, 6),
    v: plane(30, 6),
    strideY: 6,
    strideUv: 3,
    fullRange: false,
    rotation: 0,
  };
}

describe('transforms', () => {
  it('pass a picture on as it is, without copying it', () => {
    const camera = frame(0);
    const out = transformed(camera, 'pass-through');
    expect(out.y).toBe(camera.y);
    expect([...out.y]).toEqual([...frame(0).y]);
  });

  it('invert every byte of every plane, wherever it lies in memory', () => {
    for (const offset of [0, 1, 2, 3]) {
      const before = frame(offset);
      const { y, u, v } = transformed(frame(offset), 'invert');
      for (const [out, plane] of [
        [y, before.y],
        [u, before.u],
        [v, before.v],
      ] as const)
        expect([...out]).toEqual([...plane].map((byte) => 255 - byte));
    }
  });

  it('have names', () => {
    expect(isTransform('invert')).toBe(true);
    expect(isTransform('marlow')).toBe(false);
  });
});
