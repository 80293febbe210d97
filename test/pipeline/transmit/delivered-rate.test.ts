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

  it('measures anew when the receiver’s clock is set back, where there was no rate ever after', () => {
    const delivered = new DeliveredRate();
    for (let at = 60_000; at < 61_000; at += 8) delivered.add(at, 1000);
    for (let at = 0; at < 1000; at += 16) delivered.add(at, 1000);
    expect(delivered.rate).toBeCloseTo(500_000, -3);
  });

  it('keeps no more of a receiver whose clock stands still, or runs backwards, than a window holds', () => {
    const delivered = new DeliveredRate();
    for (let i = 0; i < 20_000; i += 1) delivered.add(0, 1000);
    for (let i = 0; i < 20_000; i += 1) delivered.add(-i, 1000);
    expect(delivered.length).toBeLessThanOrEqual(4096);
  });
});
