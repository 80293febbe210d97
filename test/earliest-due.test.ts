import { describe, expect, it } from 'vitest';
import { earliestDue } from '../src/earliest-due.ts';

describe('the earliest due', () => {
  it('is the first in time, whatever the order, and what is not due does not count', () => {
    expect(earliestDue([30, undefined, 10, 20])).toBe(10);
    expect(earliestDue(new Set([undefined, -5, 0]))).toBe(-5);
  });

  it('is none where nothing is due', () => {
    expect(earliestDue([])).toBeUndefined();
    expect(earliestDue([undefined])).toBeUndefined();
  });
});
