import { describe, expect, it } from 'vitest';
import {
  storedPoints,
  uprightPoints,
} from '../../../../src/pipeline/landmark/skin/stored-points.ts';

const STORED = { width: 640, height: 480 };
const ROTATIONS = [0, 90, 180, 270] as const;
const POINTS = Float32Array.of(100, 50, 7, 300, 200, -3);

describe('points of an upright picture in the frame as it is stored', () => {
  it('come back to where they were', () => {
    for (const rotation of ROTATIONS) {
      const stored = storedPoints(POINTS, { ...STORED, rotation });
      expect(uprightPoints(stored, { ...STORED, rotation })).toEqual(POINTS);
    }
  });

  it('have the upright top left corner where the rotation comes from', () => {
    const corner = (rotation: (typeof ROTATIONS)[number]) =>
      [...storedPoints(Float32Array.of(0, 0, 0), { ...STORED, rotation })].slice(0, 2);
    expect(ROTATIONS.map(corner)).toEqual([
      [0, 0],
      [0, 480],
      [640, 480],
      [640, 0],
    ]);
  });

  it('are a copy', () => {
    expect(storedPoints(POINTS, { ...STORED, rotation: 0 })).not.toBe(POINTS);
  });
});
