import { describe, expect, it } from 'vitest';
import { turnLimit } from '../../../src/pipeline/pose/turn-limit.ts';

const degrees = (radians: number) => (radians * 180) / Math.PI;
const limit = (own: number, turn: number) => degrees(turnLimit((own * Math.PI) / 180, turn).limit);

describe('how far a head may turn', () => {
  it('is 42° either way from a picture that looks ahead, unchanged up to 28°', () => {
    expect(limit(0, 1)).toBeCloseTo(42, 9);
    expect(limit(0, -1)).toBeCloseTo(42, 9);
    expect(degrees(turnLimit(0, 1).knee)).toBeCloseTo(28, 9);
  });

  it('never makes a profile of a picture that is turned already', () => {
    for (const own of [10, 20, 30, 38]) {
      expect(own + limit(own, 1)).toBeLessThanOrEqual(50 + 1e-9);
      expect(limit(-own, -1)).toBeCloseTo(limit(own, 1), 9);
    }
  });

  it('is less towards the cheek that the picture hides, the more it hides', () => {
    expect(limit(38, -1)).toBeLessThan(limit(20, -1));
    expect(limit(38, -1)).toBeGreaterThan(12);
  });

  it('is never nothing', () => {
    for (const own of [60, 90])
      for (const turn of [-1, 1]) expect(limit(own, turn)).toBeGreaterThanOrEqual(10 - 1e-9);
  });
});
