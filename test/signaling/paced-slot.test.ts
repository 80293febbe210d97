import { describe, expect, it } from 'vitest';
import { PacedSlot } from '../../src/signaling/paced-slot.ts';

describe('paced slot', () => {
  it('gives the first value at once', () => {
    const slot = new PacedSlot<string>(1000);
    expect(slot.take(5)).toBeUndefined();
    slot.offer('a');
    expect(slot.take(5)).toEqual({ value: 'a' });
    expect(slot.take(5000)).toBeUndefined();
  });

  it('gives the newest of those that came too soon', () => {
    const slot = new PacedSlot<string>(1000);
    slot.offer('a');
    slot.take(0);
    slot.offer('b');
    slot.offer('c');
    expect(slot.take(999)).toBeUndefined();
    expect(slot.take(1000)).toEqual({ value: 'c' });
  });
});
