import { beforeEach, describe, expect, it } from 'vitest';
import { SteadyCost } from '../../../src/pipeline/budget/steady-cost.ts';

const USUAL = { mean: 10, high: 12 };
const SLOW = { mean: 16, high: 25 };
let cost: SteadyCost;

beforeEach(() => {
  cost = new SteadyCost();
});

describe('the steady cost of a session', () => {
  it('is not known before a first look, and then is what that saw', () => {
    expect(cost.follow(undefined)).toBeUndefined();
    expect(cost.follow(SLOW)).toEqual(SLOW);
  });

  it('is the usual one in a slow second, and after it', () => {
    for (let second = 0; second < 5; second++) cost.follow(USUAL);
    expect([cost.follow(SLOW), cost.follow(SLOW), cost.follow(USUAL)]).toEqual([
      USUAL,
      USUAL,
      USUAL,
    ]);
  });

  it('stays known while there is nothing to look at', () => {
    cost.follow(USUAL);
    expect(cost.follow(undefined)).toEqual(USUAL);
  });

  it('follows what lasts within five seconds', () => {
    for (let second = 0; second < 60; second++) cost.follow(USUAL);
    for (let second = 0; second < 4; second++) cost.follow(SLOW);
    expect(cost.follow(SLOW)).toEqual(SLOW);
  });
});
