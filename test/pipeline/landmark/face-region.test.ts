import { describe, expect, it } from 'vitest';
import {
  isUsable,
  projectPoints,
  regionAround,
  regionOfLandmarks,
} from '../../../src/pipeline/landmark/face-region.ts';

const box = { left: 100, top: 50, right: 200, bottom: 250 };

describe('regionAround', () => {
  it('is half as large again as the longer side, and centred', () => {
    expect(regionAround(box, { x: 0, y: 0 }, { x: 1, y: 0 })).toEqual({
      x: 150,
      y: 150,
      size: 300,
      roll: 0,
    });
  });

  it('turns with the line of the eyes, clockwise being positive', () => {
    const roll = (x: number, y: number) => regionAround(box, { x: 0, y: 0 }, { x, y }).roll;
    expect(roll(1, 1)).toBeCloseTo(Math.PI / 4);
    expect(roll(1, -1)).toBeCloseTo(-Math.PI / 4);
    expect(roll(0, 1)).toBeCloseTo(Math.PI / 2);
  });
});

describe('regionOfLandmarks', () => {
  it('takes the box of all points, and the roll from the outer eye corners', () => {
    const points = new Float32Array(468 * 3);
    for (let i = 0; i < points.length; i += 3) points.set([50, 60, 0], i);
    points.set([10, 40, 5], 33 * 3);
    points.set([90, 40 + 80, 5], 263 * 3);
    const region = regionOfLandmarks(points);
    expect(region).toMatchObject({ x: 50, y: 80, size: 120 });
    expect(region.roll).toBeCloseTo(Math.PI / 4);
  });
});

describe('projectPoints', () => {
  it('takes the middle of the input to the middle of the region, and z with the scale of x', () => {
    const region = { x: 300, y: 200, size: 384, roll: 1 };
    const [x, y, z] = projectPoints(Float32Array.of(96, 96, 10), region, 192);
    expect([x, y, z]).toEqual([300, 200, 20]);
  });

  it('turns the input’s x axis by the region’s roll', () => {
    const region = { x: 0, y: 0, size: 100, roll: Math.PI / 2 };
    const [x, y] = projectPoints(Float32Array.of(100, 50, 0), region, 100);
    expect(x).toBeCloseTo(0);
    expect(y).toBeCloseTo(50);
  });
});

describe('isUsable', () => {
  const region = { x: 50, y: 50, size: 40, roll: 0 };

  it.each([
    ['inside', {}, true],
    ['half outside', { x: 0 }, true],
    ['wholly outside', { x: 200 }, false],
    ['wholly above', { y: -100 }, false],
    ['a speck', { size: 4 }, false],
    ['without a size', { size: Number.NaN }, false],
    ['without a place', { y: Number.NaN }, false],
    ['endless', { size: Number.POSITIVE_INFINITY }, false],
    ['without a roll', { roll: Number.NaN }, false],
  ])('tells a region that is %s', (_, change, usable) => {
    expect(isUsable({ ...region, ...change }, 100, 100)).toBe(usable);
  });
});
