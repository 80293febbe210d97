import { describe, expect, it } from 'vitest';
import { SHEET_MARGIN } from '../../../../src/pipeline/landmark/skin/face-sheet.ts';
import { SKIN_BLURS } from '../../../../src/pipeline/landmark/skin/skin-blurs.ts';

describe('the blurs that skin is read by', () => {
  it.each([
    ['light', 5],
    ['contrast', 6],
    ['flow', 2.5],
  ] as const)(
    'lose nothing, spread %s as far as it says and reach no farther than the margin',
    (name, sigma) => {
      const taps = SKIN_BLURS[name];
      const sides = [...taps.slice(1)].reverse();
      const all = [...sides, ...taps];
      expect(all.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      const variance = all.reduce((sum, tap, i) => sum + tap * (i - sides.length) ** 2, 0);
      expect(Math.sqrt(variance) / sigma).toBeCloseTo(0.95, 1);
      expect(sides.length).toBeLessThan(SHEET_MARGIN);
    },
  );
});
