import { describe, expect, it } from 'vitest';
import { SrtpIndex } from '../../../src/pipeline/accept/srtp-index.ts';

const take = (index: SrtpIndex, sequence: number) => {
  const rollover = index.estimate(sequence);
  if (rollover !== undefined) index.accept(sequence);
  return rollover;
};

describe('SrtpIndex', () => {
  it('counts the wraps', () => {
    const index = new SrtpIndex();
    expect([65_534, 65_535, 0, 1].map((sequence) => take(index, sequence))).toEqual([0, 0, 1, 1]);
  });

  it('survives an outage across the wrap', () => {
    const index = new SrtpIndex();
    take(index, 65_000);
    expect(take(index, 2000)).toBe(1);
  });

  it('knows a packet from before the wrap', () => {
    const index = new SrtpIndex();
    take(index, 65_530);
    take(index, 5);
    expect(take(index, 65_531)).toBe(0);
    expect(take(index, 6)).toBe(1);
  });

  it('refuses a replay, near and far', () => {
    const index = new SrtpIndex();
    for (let sequence = 100; sequence < 3000; sequence += 1) take(index, sequence);
    expect(index.estimate(2999)).toBeUndefined();
    expect(index.estimate(2500)).toBeUndefined();
    expect(index.estimate(200)).toBeUndefined();
    expect(index.estimate(3000)).toBe(0);
  });

  it('refuses what would lie before the first wrap', () => {
    const index = new SrtpIndex();
    take(index, 3);
    expect(index.estimate(65_500)).toBeUndefined();
  });

  it('is not moved by a packet that did not authenticate', () => {
    const index = new SrtpIndex();
    take(index, 10);
    expect(index.estimate(30_000)).toBe(0);
    expect(take(index, 11)).toBe(0);
  });
});
