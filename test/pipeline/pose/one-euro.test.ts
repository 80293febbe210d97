import { describe, expect, it } from 'vitest';
import { OneEuroFilter } from '../../../src/pipeline/pose/one-euro.ts';
import { seededRandom } from '../seeded-random.ts';

const PARAMETERS = { minCutoff: 0.5, beta: 20, derivativeCutoff: 3, speedFloor: 0 };
const DT = 1 / 30;

describe('OneEuroFilter', () => {
  it('passes the first value as it is', () => {
    const filter = new OneEuroFilter([0, 1], 2, PARAMETERS);
    const values = Float64Array.of(3, -7);
    filter.apply(values, DT);
    expect([...values]).toEqual([3, -7]);
  });

  it('holds a noisy value that rests, and follows one that moves', () => {
    const random = seededRandom(1);
    const filter = new OneEuroFilter([0], 1, { ...PARAMETERS, speedFloor: 0.05 });
    const values = new Float64Array(1);
    let resting = 0;
    for (let n = 0; n < 300; n++) {
      values[0] = 0.001 * (random() - 0.5);
      filter.apply(values, DT);
      if (n > 30) resting = Math.max(resting, Math.abs(values[0]));
    }
    expect(resting).toBeLessThan(0.0002);
    for (let n = 0; n < 15; n++) {
      values[0] = 0.1 * n;
      filter.apply(values, DT);
    }
    expect(values[0]).toBeGreaterThan(1.35);
  });

  it('moves a group as one: a point at rest gets the cut-off of its moving neighbours', () => {
    const alone = new OneEuroFilter([0], 1, PARAMETERS);
    const grouped = new OneEuroFilter([0, 1], 1, PARAMETERS);
    const a = new Float64Array(2);
    const b = new Float64Array(2);
    for (let n = 0; n < 10; n++) {
      const step = n === 9 ? 0.01 : 0;
      a.set([step, 0]);
      b.set([step, 0.2 * n]);
      alone.apply(a, DT);
      grouped.apply(b, DT);
    }
    expect(b[0]).toBeGreaterThan(a[0]! * 1.3);
  });

  it('leaves entries that are not its own alone', () => {
    const filter = new OneEuroFilter([1], 1, PARAMETERS);
    const values = Float64Array.of(0, 0, 0);
    filter.apply(values, DT);
    values.set([5, 5, 5]);
    filter.apply(values, DT);
    expect(values[0]).toBe(5);
    expect(values[1]).toBeLessThan(5);
    expect(values[2]).toBe(5);
  });

  it('forgets everything on reset', () => {
    const filter = new OneEuroFilter([0], 1, PARAMETERS);
    const values = Float64Array.of(0);
    filter.apply(values, DT);
    filter.reset();
    values[0] = 9;
    filter.apply(values, DT);
    expect(values[0]).toBe(9);
  });

  it('settles alike at any frame rate', () => {
    const settle = (fps: number): number => {
      const filter = new OneEuroFilter([0], 1, { ...PARAMETERS, beta: 0 });
      const values = Float64Array.of(0);
      filter.apply(values, 1 / fps);
      for (let n = 0; n < fps; n++) {
        values[0] = 1;
        filter.apply(values, 1 / fps);
      }
      return values[0]!;
    };
    expect(settle(60)).toBeCloseTo(settle(15), 1);
  });
});
