import { describe, expect, it } from 'vitest';
import { OneEuroFilter } from '../../../src/pipeline/pose/one-euro.ts';
import { seededRandom } from '../seeded-random.ts';

const PARAMETERS = {
  minCutoff: 0.5,
  beta: 20,
  derivativeCutoff: 3,
  speedFloor: 0,
  noise: 0.0003,
  lagBeta: 0,
};
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

  it('is not left behind by what moves too slowly to be told from noise in one frame', () => {
    const behind = (lagBeta: number): number => {
      const random = seededRandom(2);
      const parameters = { ...PARAMETERS, minCutoff: 0.1, speedFloor: 0.05, lagBeta };
      const filter = new OneEuroFilter([0], 1, parameters);
      const values = new Float64Array(1);
      let most = 0;
      for (let n = 0; n < 90; n++) {
        const truth = 0.02 * n * DT;
        values[0] = truth + 0.001 * (random() - 0.5);
        filter.apply(values, DT);
        if (n > 45) most = Math.max(most, truth - values[0]!);
      }
      return most;
    };
    expect(behind(0)).toBeGreaterThan(0.01);
    expect(behind(2)).toBeLessThan(0.002);
  });

  it('holds a value as still as ever, for all that it watches how far it lags behind', () => {
    const travelled = (lagBeta: number): number => {
      const random = seededRandom(3);
      const filter = new OneEuroFilter([0], 1, { ...PARAMETERS, speedFloor: 0.05, lagBeta });
      const values = new Float64Array(1);
      let sum = 0;
      for (let n = 0, last = 0; n < 600; n++) {
        values[0] = 0.001 * (random() - 0.5);
        filter.apply(values, DT);
        if (n > 30) sum += (values[0]! - last) ** 2;
        last = values[0]!;
      }
      return Math.sqrt(sum);
    };
    expect(travelled(2)).toBeLessThan(1.05 * travelled(0));
  });

  it('takes no trembling for movement on a camera that trembles three times as much', () => {
    const random = seededRandom(4);
    const indices = Array.from({ length: 12 }, (_, k) => k);
    const parameters = { ...PARAMETERS, speedFloor: 0.02, lagBeta: 2 };
    const filter = new OneEuroFilter(indices, 3, parameters);
    const values = new Float64Array(12);
    const travelled = (frames: number): number => {
      let sum = 0;
      for (let n = 0; n < frames; n++) {
        const last = values.slice();
        for (const k of indices) values[k] = 0.003 * (random() - 0.5);
        filter.apply(values, DT);
        for (const k of indices) sum += (values[k]! - last[k]!) ** 2;
      }
      return Math.sqrt(sum / frames);
    };
    travelled(5);
    const atFirst = travelled(15);
    travelled(100);
    expect(travelled(300)).toBeLessThan(0.65 * atFirst);
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
