import { describe, expect, it } from 'vitest';
import { softLimit } from '../../../src/pipeline/pose/soft-limit.ts';

describe('softLimit', () => {
  it('passes what lies within the knee', () => {
    expect(softLimit(0.3, 0.5, 1)).toBe(0.3);
    expect(softLimit(-0.5, 0.5, 1)).toBe(-0.5);
  });

  it('never reaches the limit, grows all the way and is odd', () => {
    let before = 0;
    for (let x = 0; x < 3; x += 0.05) {
      const y = softLimit(x, 0.5, 1);
      expect(y).toBeLessThan(1);
      expect(y).toBeGreaterThanOrEqual(before);
      expect(softLimit(-x, 0.5, 1)).toBeCloseTo(-y, 12);
      before = y;
    }
  });

  it('bends without a corner', () => {
    const slope = (softLimit(0.5001, 0.5, 1) - 0.5) / 0.0001;
    expect(slope).toBeCloseTo(1, 3);
  });
});
