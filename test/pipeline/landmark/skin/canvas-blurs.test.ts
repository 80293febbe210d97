import { describe, expect, it } from 'vitest';
import { CANVAS_BLURS } from '../../../../src/pipeline/landmark/skin/canvas-blurs.ts';

/** What `kernel/skin/layout.as.ts` has room for: blocks of a margin, and numbers of a blur with its radius. */
const [MARGIN, ROOM] = [8, 16] as const;

describe('the blurs that patterns are told by', () => {
  it.each([
    ['light', 2.5],
    ['contrast', 3],
    ['flow', 0.5],
  ] as const)('lose nothing and spread %s as far as it says', (name, sigma) => {
    const taps = CANVAS_BLURS[name];
    const sides = [...taps.slice(1)].reverse();
    const all = [...sides, ...taps];
    expect(all.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    const variance = all.reduce((sum, tap, i) => sum + tap * (i - sides.length) ** 2, 0);
    expect(Math.sqrt(variance) / sigma).toBeCloseTo(0.95, 1);
  });

  it.each(Object.entries(CANVAS_BLURS))('have less to say the farther away: %s', (_, taps) => {
    for (let k = 1; k < taps.length; k++) {
      expect(taps[k]).toBeGreaterThan(0);
      expect(taps[k]).toBeLessThan(taps[k - 1]!);
    }
  });

  it.each(Object.entries(CANVAS_BLURS))(
    'fit the kernel and reach no farther than its margin: %s',
    (_, taps) => {
      expect(taps.length - 1).toBeLessThanOrEqual(MARGIN);
      expect(taps.length + 1).toBeLessThanOrEqual(ROOM);
    },
  );
});
