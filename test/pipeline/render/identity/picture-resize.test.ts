import { describe, expect, test } from 'vitest';
import type { Picture } from '../../../../src/pipeline/picture.ts';
import { resizePicture } from '../../../../src/pipeline/render/identity/picture-resize.ts';

function draw(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Picture {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.set([...colour(x, y), 255], (y * width + x) * 4);
  }
  return { width, height, rgba };
}

const red = ({ width, rgba }: Picture, x: number, y: number) => rgba[(y * width + x) * 4]!;

describe('a resized picture', () => {
  test('of one colour keeps it, at any size', () => {
    const flat = draw(37, 23, () => [200, 100, 50]);
    for (const size of [
      { width: 1, height: 1 },
      { width: 8, height: 90 },
      { width: 37, height: 23 },
    ]) {
      const { rgba } = resizePicture(flat, size);
      expect(rgba).toHaveLength(size.width * size.height * 4);
      expect([...new Set(rgba)].sort((a, b) => a - b)).toEqual([50, 100, 200, 255]);
    }
  });

  test('of the same size is the same picture', () => {
    const picture = draw(16, 12, (x, y) => [x * 10, y * 20, (x * y) & 255]);
    expect(resizePicture(picture, { width: 16, height: 12 })).toEqual(picture);
  });

  test('is cut out where a region keeps its size, as interpolation would have it', () => {
    const picture = draw(24, 20, (x, y) => [x * 10, y * 12, (x * y) & 255]);
    const size = { width: 9, height: 7 };
    const cut = resizePicture(picture, size, { left: 11, top: 5, ...size });
    expect(cut).toEqual(
      draw(9, 7, (x, y) => [(x + 11) * 10, (y + 5) * 12, ((x + 11) * (y + 5)) & 255]),
    );
    // A hair aside it is interpolated, and rounds to the same.
    const aside = resizePicture(picture, size, { left: 11 + 1e-7, top: 5, ...size });
    expect(aside).toEqual(cut);
  });

  test('keeps a slope where it was', () => {
    const slope = draw(64, 64, (x, y) => [2 * x + y, 0, 0]);
    const small = resizePicture(slope, { width: 16, height: 16 });
    // Output pixel i covers source pixels 4i to 4i+3, whose middle is 4i+1.5.
    for (let i = 3; i < 13; i++) expect(red(small, i, i)).toBeCloseTo(3 * (4 * i + 1.5), -0.4);
  });

  test('does not alias: a fine chequerboard becomes grey', () => {
    const board = draw(96, 96, (x, y) => ((x + y) % 2 === 0 ? [255, 255, 255] : [0, 0, 0]));
    const small = resizePicture(board, { width: 20, height: 20 });
    for (let i = 2; i < 18; i++) expect(Math.abs(red(small, i, i) - 127.5)).toBeLessThan(4);
  });

  test('may be a region alone, with fractions of pixels', () => {
    const slope = draw(40, 40, (x) => [x * 6, 0, 0]);
    const part = resizePicture(
      slope,
      { width: 10, height: 10 },
      { left: 10.5, top: 5, width: 20, height: 20 },
    );
    expect(red(part, 0, 5)).toBeCloseTo(6 * 11, -0.4);
    expect(red(part, 9, 5)).toBeCloseTo(6 * 29, -0.4);
  });
});
