import { describe, expect, it } from 'vitest';
import { HISTORY_LENGTH, niceCeiling, record } from '../../../src/client/app/panel/history.ts';

describe('history', () => {
  it('keeps the last minute', () => {
    let history: readonly number[] = [];
    for (let sample = 0; sample < HISTORY_LENGTH + 5; sample++) history = record(history, sample);
    expect(history).toHaveLength(HISTORY_LENGTH);
    expect([history[0], history.at(-1)]).toEqual([5, HISTORY_LENGTH + 4]);
  });

  it('gets an axis that ends on a round number and holds every value', () => {
    expect(niceCeiling([3, 17], 10)).toBe(20);
    expect(niceCeiling([], 40)).toBe(50);
    expect(niceCeiling([100], 1)).toBe(100);
    expect(niceCeiling([Number.NaN, 620], 1)).toBe(1000);
  });
});
