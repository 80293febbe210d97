import { describe, expect, it } from 'vitest';
import { cameraFrameOfRgb, pictureOfRgb, texelsOf } from '../../../scripts/training/rgb-frame.ts';
import { textureOf } from '../../pipeline/render/texture-of.ts';
import { seededRandom } from '../../pipeline/seeded-random.ts';

function plain(side: number, colour: readonly [number, number, number]) {
  return { side, rgb: Uint8Array.from({ length: side * side * 3 }, (_, i) => colour[i % 3]!) };
}

describe('a rendered frame as a camera frame', () => {
  it.each([
    [[0, 0, 0], 16, 128, 128],
    [[255, 255, 255], 235, 128, 128],
    [[255, 0, 0], 81, 90, 240],
    [[0, 255, 0], 145, 54, 34],
    [[0, 0, 255], 41, 240, 110],
  ] as const)('turns %j to its BT.601 colour', (colour, y, u, v) => {
    const frame = cameraFrameOfRgb(plain(4, colour));
    expect([frame.y[5], frame.u[1], frame.v[1]]).toEqual([y, u, v]);
  });

  it('averages chroma over two by two pixels', () => {
    const frame = plain(2, [0, 0, 0]);
    frame.rgb.set([0, 0, 255], 3);
    const { u, y } = cameraFrameOfRgb(frame);
    expect(u[0]).toBe(Math.round((240 + 3 * 128) / 4));
    expect([...y]).toEqual([16, 41, 16, 16]);
  });

  it('has the colours that an engine gives the same picture', () => {
    const random = seededRandom(3);
    const frame = { side: 8, rgb: Uint8Array.from({ length: 192 }, () => random() * 256) };
    // Even chroma, so that averaging it changes nothing.
    for (let i = 0; i < 64; i++) {
      const block = ((i >> 4) * 16 + (i & 6)) * 3;
      frame.rgb.copyWithin(i * 3, block, block + 3);
    }
    const { texels } = textureOf(pictureOfRgb(frame), 8);
    const camera = texelsOf(cameraFrameOfRgb(frame));
    for (let i = 0; i < texels.length; i++) {
      expect(Math.abs(texels[i]! - camera[i]!)).toBeLessThanOrEqual(1);
    }
  });
});
