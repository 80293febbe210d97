import { expect, test } from 'vitest';
import { cameraFrameFromPlanes } from '../../../src/pipeline/decode/camera-frame.ts';

/** A plane whose sample at (x, y) is 10·y + x, in rows padded to `stride`. */
const plane = (width: number, height: number, stride: number) => {
  const bytes = new Uint8Array(stride * height).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) bytes[y * stride + x] = 10 * y + x;
  return bytes;
};

test('padding between rows is left behind, and odd sizes round chroma up', () => {
  const frame = cameraFrameFromPlanes({
    width: 3,
    height: 3,
    planes: [plane(3, 3, 8), plane(2, 2, 4), plane(2, 2, 4)],
    strides: [8, 4, 4],
    fullRange: false,
  });
  expect([...frame.y]).toEqual([0, 1, 2, 10, 11, 12, 20, 21, 22]);
  expect([...frame.u]).toEqual([0, 1, 10, 11]);
  expect(frame).toMatchObject({ strideY: 3, strideUv: 2, rotation: 0, fullRange: false });
});

test('the frame is a copy, with and without padding', () => {
  for (const stride of [4, 6]) {
    const source = plane(4, 2, stride);
    const chroma = plane(2, 1, stride / 2);
    const frame = cameraFrameFromPlanes({
      width: 4,
      height: 2,
      planes: [source, chroma, chroma],
      strides: [stride, stride / 2, stride / 2],
      fullRange: true,
    });
    source.fill(0);
    chroma.fill(0);
    expect([...frame.y]).toEqual([0, 1, 2, 3, 10, 11, 12, 13]);
    expect([...frame.v]).toEqual([0, 1]);
  }
});
