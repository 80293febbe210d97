import { describe, expect, it } from 'vitest';
import { RestingValue } from '../../../src/pipeline/pose/resting-value.ts';

const OPTIONS = { prior: 5, memory: 30, reach: 1 };
const DT = 1 / 30;

function feed(value: RestingValue, seconds: number, x: (t: number) => number): void {
  for (let n = 0; n < seconds * 30; n++) value.update(x(n * DT), DT);
}

describe('RestingValue', () => {
  it('moves from its first guess to where the value rests', () => {
    const value = new RestingValue(OPTIONS);
    value.begin(0);
    feed(value, 60, () => 0.5);
    expect(value.value).toBeCloseTo(0.5, 1);
  });

  it('stays in the middle of a motion about it', () => {
    const value = new RestingValue(OPTIONS);
    value.begin(0);
    feed(value, 60, (t) => 0.8 * Math.sin(2 * t));
    expect(Math.abs(value.value)).toBeLessThan(0.05);
  });

  it('counts a moment far away no more than one at its reach', () => {
    const near = new RestingValue(OPTIONS);
    const far = new RestingValue(OPTIONS);
    near.begin(0);
    far.begin(0);
    feed(near, 1, () => 2);
    feed(far, 1, () => 2000);
    expect(far.value).toBeCloseTo(near.value, 6);
  });

  it('holds what it was told longer than what it guessed', () => {
    const guessed = new RestingValue(OPTIONS);
    const told = new RestingValue(OPTIONS);
    guessed.begin(0);
    told.adopt(0);
    feed(guessed, 2, () => 0.5);
    feed(told, 2, () => 0.5);
    expect(told.value).toBeLessThan(guessed.value / 3);
  });
});
