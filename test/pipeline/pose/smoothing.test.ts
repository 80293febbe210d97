import { describe, expect, it } from 'vitest';
import { measureSmoothing } from '../../../bench/smoothing.ts';
import { MotionFilter } from '../../../src/pipeline/pose/motion-filter.ts';

describe('the smoothing knob', () => {
  it('trades lag for stillness all along its way', () => {
    const figures = [0, 0.5, 1].map((smoothing) => measureSmoothing(smoothing));
    for (let k = 1; k < figures.length; k++) {
      const [snappier, smoother] = [figures[k - 1]!, figures[k]!];
      expect(smoother.lag.head).toBeGreaterThan(snappier.lag.head);
      for (const part of ['face', 'mouth', 'lids'] as const) {
        expect(smoother.jitter[part]).toBeLessThan(snappier.jitter[part]);
      }
    }
    const [off, middle] = figures;
    expect(off!.lag.head).toBeLessThanOrEqual(1);
    // Half a frame at most for lips and lids, and a tenth of the jitter: what the default promises.
    expect(middle!.lag.mouth).toBeLessThan(17);
    expect(middle!.lag.lids).toBeLessThan(17);
    expect(middle!.jitter.face).toBeLessThan(0.15 * off!.jitter.face);
  });

  it('changes nothing at 0', () => {
    const filter = new MotionFilter(0);
    const head = { yaw: 0.1, pitch: 0.2, roll: 0.3, x: 4, y: 5, scale: 6 };
    const face = new Float64Array(478 * 3).map((_, k) => k);
    filter.apply(face, head, 0);
    const moved = { ...head, yaw: 1 };
    face.fill(2);
    expect(filter.apply(face, moved, 33)).toEqual(moved);
    expect(face.every((value) => value === 2)).toBe(true);
  });
});
