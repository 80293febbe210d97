import { describe, expect, it } from 'vitest';
import { backoff } from '../../../src/client/sdk/backoff.ts';

describe('backoff', () => {
  it('doubles up to its longest pause', () => {
    const longest = [1, 2, 3, 4, 5, 6, 40].map((attempt) => backoff(attempt, 1 - 1e-9));
    expect(longest.map(Math.round)).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
  });

  it('spreads clients over the upper half of the pause', () => {
    expect(backoff(3, 0)).toBe(1000);
    expect(backoff(3, 0.5)).toBe(1500);
  });
});
