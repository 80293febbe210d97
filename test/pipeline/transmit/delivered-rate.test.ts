import { describe, expect, it } from 'vitest';
import { DeliveredRate } from '../../../src/pipeline/transmit/delivered-rate.ts';

describe('DeliveredRate', () => {
  it('measures what arrives, and follows a drop within half a second', () => {
    const delivered = new DeliveredRate();
    for (let at = 0; at < 1000; at += 8) delivered.add(at, 1000);
    expect(delivered.rate).toBeCloseTo(1_000_000, -3);
    for (let at = 1000; at < 1600; at += 80) delivered.add(at, 1000);
    expect(delivered.rate).toBeCloseTo(100_000, -4);
  });

  it('makes no rate of a single burst', () => {
    const delivered = new DeliveredRate();
    expect(delivered.rate).toBeUndefined();
    for (let i = 0; i < 20; i += 1) delivered.add(i, 1000);
    expect(delivered.rate).toBeUndefined();
  });
});
