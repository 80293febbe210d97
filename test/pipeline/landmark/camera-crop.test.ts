import { describe, expect, it } from 'vitest';
import { cameraFrameSource } from '../../../src/pipeline/landmark/camera-crop.io.ts';
import type { CropFormat } from '../../../src/pipeline/landmark/crop.ts';
import type { FaceRegion } from '../../../src/pipeline/landmark/face-region.ts';
import { pictureSource } from '../../../src/pipeline/landmark/picture-crop.ts';
import type { CameraFrame } from '../../../src/pipeline/picture.ts';
import { makeFrame, toPicture } from './test-frames.ts';

const format: CropFormat = { side: 16, black: 0, white: 255, border: 'replicate' };

function crop(frame: CameraFrame, region: FaceRegion, wanted = format): Float32Array {
  const tensor = new Float32Array(3 * wanted.side ** 2);
  cameraFrameSource(frame).crop(region, wanted, tensor);
  return tensor;
}

/** The red value that index (i, j) of a crop has. */
const at = (tensor: Float32Array, i: number, j: number, side = 16) => tensor[j * side + i]!;

describe('cameraFrameSource', () => {
  const ramp = makeFrame(64, 48, (x, y) => 2 * x + y);

  it('samples index i at centre + (i − side/2)·k', () => {
    const tensor = crop(ramp, { x: 30, y: 20, size: 8, roll: 0 });
    expect(at(tensor, 8, 8)).toBeCloseTo(2 * 30 + 20, 3);
    expect(at(tensor, 0, 0)).toBeCloseTo(2 * 26 + 16, 3);
    expect(at(tensor, 9, 8)).toBeCloseTo(2 * 30.5 + 20, 3);
    expect(at(tensor, 8, 15)).toBeCloseTo(2 * 30 + 23.5, 3);
  });

  it('turns with the region', () => {
    const tensor = crop(ramp, { x: 30, y: 20, size: 16, roll: Math.PI / 2 });
    // The region's x axis points down the picture, its y axis to the left.
    expect(at(tensor, 12, 8)).toBeCloseTo(2 * 30 + 24, 3);
    expect(at(tensor, 8, 12)).toBeCloseTo(2 * 26 + 20, 3);
  });

  it('repeats the edge outside the picture, or fades to black within a pixel of it', () => {
    const bright = makeFrame(32, 32, () => 200);
    const region = { x: 0, y: 16, size: 16, roll: 0 };
    expect(at(crop(bright, region), 0, 8)).toBeCloseTo(200, 3);
    const black = crop(bright, { ...region, x: -0.5 }, { ...format, border: 'black' });
    expect(at(black, 8, 8)).toBeCloseTo(100, 3);
    expect(at(black, 7, 8)).toBe(0);
    expect(at(black, 9, 8)).toBeCloseTo(200, 3);
  });

  it.each(['left', 'right', 'above', 'below'])('stays within a frame that lies %s', (side) => {
    const far = { left: [500, 24], right: [-500, 24], above: [32, 500], below: [32, -500] }[side]!;
    const region = { x: far[0]!, y: far[1]!, size: 20, roll: 0.3 };
    const values = crop(ramp, region);
    expect(values.every((value) => value >= 0 && value <= 255)).toBe(true);
    expect(crop(ramp, region, { ...format, border: 'black' }).every((v) => v === 0)).toBe(true);
  });

  it('puts chroma samples at the centre of their 2×2 luma pixels', () => {
    const slope = makeFrame(
      64,
      64,
      () => 100,
      (x) => ({ u: 128, v: 98 + 2 * x }),
    );
    const tensor = crop(slope, { x: 31, y: 31, size: 16, roll: 0 });
    // Luma x = 31 stands at chroma 15.25.
    expect(at(tensor, 8, 8)).toBeCloseTo(100 + 1.402 * (98 + 2 * 15.25 - 128), 2);
  });

  it('converts the primaries of both ranges to the wanted values', () => {
    const wanted = { ...format, black: -1, white: 1 };
    const middle = { x: 16, y: 16, size: 8, roll: 0 };
    const rgb = (y: number, u: number, v: number, fullRange: boolean) => {
      const frame = makeFrame(
        32,
        32,
        () => y,
        () => ({ u, v }),
        { fullRange },
      );
      const tensor = crop(frame, middle, wanted);
      return [tensor[0]!, tensor[256]!, tensor[512]!].map((value) => Math.round(value * 50) / 50);
    };
    expect(rgb(235, 128, 128, false)).toEqual([1, 1, 1]);
    expect(rgb(16, 128, 128, false)).toEqual([-1, -1, -1]);
    expect(rgb(81, 90, 240, false)).toEqual([1, -1, -1]);
    expect(rgb(145, 54, 34, false)).toEqual([-1, 1, -1]);
    expect(rgb(41, 240, 110, false)).toEqual([-1, -1, 1]);
    expect(rgb(76, 85, 255, true)).toEqual([1, -1, -1]);
    expect(rgb(255, 128, 128, true)).toEqual([1, 1, 1]);
  });

  it.each([0, 90, 180, 270] as const)('shows a frame of rotation %i upright', (rotation) => {
    // An upright scene with an odd size, stored so that turning it clockwise shows it again.
    const scene = (x: number, y: number) => 3 * x + 2 * y;
    const [uprightWidth, uprightHeight] = [37, 29];
    const sideways = rotation === 90 || rotation === 270;
    const [width, height] = sideways
      ? [uprightHeight, uprightWidth]
      : [uprightWidth, uprightHeight];
    const stored = makeFrame(
      width,
      height,
      (x, y) => {
        if (rotation === 0) return scene(x, y);
        if (rotation === 90) return scene(height - 1 - y, x);
        if (rotation === 180) return scene(width - 1 - x, height - 1 - y);
        return scene(y, width - 1 - x);
      },
      undefined,
      { rotation },
    );
    const source = cameraFrameSource(stored);
    expect([source.width, source.height]).toEqual([uprightWidth, uprightHeight]);
    const tensor = crop(stored, { x: 18, y: 14, size: 16, roll: 0 });
    expect(at(tensor, 8, 8)).toBeCloseTo(scene(18, 14), 3);
    expect(at(tensor, 12, 8)).toBeCloseTo(scene(22, 14), 3);
    expect(at(tensor, 8, 3)).toBeCloseTo(scene(18, 9), 3);
  });

  it.each([
    [1, 1],
    [2, 3],
    [33, 17],
  ])('agrees with the crop of the same picture in RGB, %i×%i', (width, height) => {
    const frame = makeFrame(
      width,
      height,
      (x, y) => 120 + ((7 * x + 13 * y) % 40),
      (x, y) => ({ u: 110 + ((5 * x) % 30), v: 120 + ((3 * y) % 20) }),
    );
    const region = { x: width / 2, y: height / 2, size: Math.max(width, height), roll: 0.4 };
    const expected = new Float32Array(3 * 256);
    pictureSource(toPicture(frame)).crop(region, format, expected);
    const found = crop(frame, region);
    const difference = found.reduce((sum, value, i) => sum + Math.abs(value - expected[i]!), 0);
    expect(difference / found.length).toBeLessThan(1.5);
  });

  it('keeps nothing of the frame before', () => {
    const small = { x: 4, y: 4, size: 8, roll: 0 };
    const fresh = crop(
      makeFrame(8, 8, (x) => 10 * x),
      small,
    );
    crop(
      makeFrame(200, 200, () => 255),
      { x: 100, y: 100, size: 200, roll: 0 },
    );
    expect(
      crop(
        makeFrame(8, 8, (x) => 10 * x),
        small,
      ),
    ).toEqual(fresh);
  });
});
