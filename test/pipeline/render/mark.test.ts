import { describe, expect, it } from 'vitest';
import { drawMark, markFor, markPlanes } from '../../../src/pipeline/render/mark.ts';

function marked(side: number, luma: number): Uint8Array {
  const picture = new Uint8Array(side * side * 4);
  for (let i = 0; i < picture.length; i += 4) picture.set([luma, 90, 170, 0], i);
  drawMark(markFor(side), picture, 0, side);
  return picture;
}

describe('the mark of a synthetic picture', () => {
  it.each([64, 256, 512, 1024])(
    'lies inside a picture of %i pixels, in the lower right',
    (side) => {
      const { left, top, width, height } = markFor(side);
      expect(left).toBeGreaterThan(side / 2);
      expect(top).toBeGreaterThan(side / 2);
      expect(left + width).toBeLessThan(side);
      expect(top + height).toBeLessThan(side);
    },
  );

  it.each([16, 128, 235])(
    'has light letters on a dark badge over a background of luma %i',
    (luma) => {
      const side = 512;
      const picture = marked(side, luma);
      const { left, top, width, height } = markFor(side);
      const lumas: number[] = [];
      for (let y = top; y < top + height; y++) {
        for (let x = left; x < left + width; x++) lumas.push(picture[(y * side + x) * 4]!);
      }
      lumas.sort((a, b) => a - b);
      const [dark, light] = [lumas[lumas.length >> 2]!, lumas[Math.floor(lumas.length * 0.95)]!];
      expect(light - dark).toBeGreaterThan(90);
    },
  );

  it('touches nothing outside its badge', () => {
    const side = 256;
    const picture = marked(side, 100);
    const { left, top, width, height } = markFor(side);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        if (x >= left && x < left + width && y >= top && y < top + height) continue;
        expect(picture[(y * side + x) * 4]).toBe(100);
      }
    }
  });

  it('is the same over planes as over whole pixels', () => {
    const side = 256;
    const picture = marked(side, 100);
    const planes = {
      width: side,
      height: side,
      y: new Uint8Array(side * side).fill(100),
      u: new Uint8Array((side * side) / 4).fill(90),
      v: new Uint8Array((side * side) / 4).fill(170),
    };
    markPlanes(markFor(side), planes);
    expect(planes.y.every((luma, i) => luma === picture[4 * i])).toBe(true);
    for (const [k, plane] of [planes.u, planes.v].entries()) {
      for (let at = 0; at < plane.length; at++) {
        const first = 4 * (2 * Math.floor(at / 128) * side + 2 * (at % 128)) + 1 + k;
        const four = [0, 4, 4 * side, 4 * side + 4].map((step) => picture[first + step]!);
        const mean = four.reduce((sum, value) => sum + value, 0) / 4;
        expect(Math.abs(plane[at]! - mean)).toBeLessThanOrEqual(1);
      }
    }
    expect(planes.u.some((chroma) => chroma > 110)).toBe(true);
  });
});
