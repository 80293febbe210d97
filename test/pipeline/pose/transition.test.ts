import { describe, expect, it } from 'vitest';
import { Transition } from '../../../src/pipeline/pose/transition.ts';

describe('Transition', () => {
  it('begins at what was shown, ends at the new source and follows it meanwhile', () => {
    const transition = new Transition(1);
    transition.begin(Float64Array.of(10), Float64Array.of(0), 1000, 400);
    const at = (now: number, source: number): number => {
      const motion = Float64Array.of(source);
      transition.apply(motion, now);
      return motion[0]!;
    };
    expect(at(1000, 0)).toBe(10);
    expect(at(1200, 0)).toBe(5);
    expect(at(1200, 3)).toBe(8);
    expect(at(1400, 3)).toBe(3);
    expect(at(1200, 3)).toBe(3);
  });

  it('starts and ends without a jerk', () => {
    const transition = new Transition(1);
    transition.begin(Float64Array.of(1), Float64Array.of(0), 0, 1000);
    const values = Array.from({ length: 100 }, (_, n) => {
      const motion = Float64Array.of(0);
      transition.apply(motion, 10 * n);
      return motion[0]!;
    });
    expect(values[0]! - values[1]!).toBeLessThan(0.001);
    expect(values[98]! - values[99]!).toBeLessThan(0.002);
  });

  it('leaves the motion alone when cancelled or never begun', () => {
    const transition = new Transition(1);
    const motion = Float64Array.of(4);
    transition.apply(motion, 0);
    transition.begin(Float64Array.of(9), motion, 0, 100);
    transition.cancel();
    transition.apply(motion, 10);
    expect(motion[0]).toBe(4);
  });
});
