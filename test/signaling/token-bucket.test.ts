import { describe, expect, it } from 'vitest';
import { fullBucket, type TokenBucket, takeToken } from '../../src/signaling/token-bucket.ts';

const RATE = { burst: 4, perSecond: 2 };

/** Takes as many tokens as there are, at one moment. */
function drainAt(bucket: TokenBucket, now: number): { taken: number; bucket: TokenBucket } {
  let taken = 0;
  let left = bucket;
  for (;;) {
    const next = takeToken(left, RATE, now);
    if (next === undefined) return { taken, bucket: left };
    left = next;
    taken += 1;
  }
}

describe('token bucket', () => {
  it('gives a burst at once and no more', () => {
    expect(drainAt(fullBucket(RATE, 0), 0).taken).toBe(4);
  });

  it('refills at its rate', () => {
    const { bucket } = drainAt(fullBucket(RATE, 0), 0);
    expect(drainAt(bucket, 499).taken).toBe(0);
    expect(drainAt(bucket, 1500).taken).toBe(3);
  });

  it('never holds more than the burst', () => {
    expect(drainAt(fullBucket(RATE, 0), 3_600_000).taken).toBe(4);
  });

  it('gives nothing for a clock that went back', () => {
    const { bucket } = drainAt(fullBucket(RATE, 1000), 1000);
    expect(takeToken(bucket, RATE, 0)).toBeUndefined();
  });
});
