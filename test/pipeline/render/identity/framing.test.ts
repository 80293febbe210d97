import { describe, expect, it } from 'vitest';
import {
  faceBox,
  frameExample,
  frameFace,
  frameLandmarks,
} from '../../../../src/pipeline/render/identity/framing.ts';
import { fakeFace } from './fake-face.ts';

const large = { pictureWidth: 3000, pictureHeight: 2000 };

describe('the framing of a picture', () => {
  it('leaves room for hair above and shoulders below', () => {
    const face = fakeFace({ x: 1500, y: 1000, width: 300, ...large });
    const { left, top, side } = frameFace(face);
    const box = faceBox(face);
    expect(side / (box.bottom - box.top)).toBeCloseTo(2.4, 1);
    expect(box.top - top).toBeGreaterThan((box.bottom - box.top) * 0.5);
    expect(top + side - box.bottom).toBeGreaterThan(box.top - top);
    expect(left + side / 2).toBeCloseTo(1500, -1);
  });

  it('stays inside the picture when the face is in a corner', () => {
    const { left, top, side } = frameFace(fakeFace({ x: 100, y: 120, width: 200, ...large }));
    expect([left, top]).toEqual([0, 0]);
    expect(side).toBeLessThanOrEqual(2000);
  });

  it('takes the whole picture where a crop would spare little', () => {
    const face = fakeFace({ x: 256, y: 256, width: 190, pictureWidth: 512, pictureHeight: 512 });
    expect(frameFace(face)).toEqual({ left: 0, top: 0, side: 512 });
  });

  it('moves the landmarks with the pixels', () => {
    const face = fakeFace({ x: 320, y: 240, width: 120 });
    const picture = {
      width: 640,
      height: 480,
      rgba: new Uint8ClampedArray(640 * 480 * 4).fill(30),
    };
    // A bright spot under the nose's tip.
    for (const dy of [-1, 0, 1])
      for (const dx of [-1, 0, 1])
        picture.rgba.fill(
          255,
          ((240 + dy) * 640 + 320 + dx) * 4,
          ((240 + dy) * 640 + 321 + dx) * 4,
        );
    const framed = frameExample(picture, face, frameFace(face), 512);
    const [x, y] = framed.landmarks.points.subarray(3, 5);
    const luma = framed.picture.rgba[(Math.round(y!) * 512 + Math.round(x!)) * 4]!;
    expect(luma).toBeGreaterThan(200);
    expect(framed.landmarks.pictureWidth).toBe(512);
  });

  it('scales depth as it scales width', () => {
    const face = fakeFace({ x: 320, y: 240, width: 120 });
    const framed = frameLandmarks(face, { left: 0, top: 0, side: 256 }, 512);
    expect(framed.points[5]).toBeCloseTo(face.points[5]! * 2);
  });
});
