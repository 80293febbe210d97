import type { Milli } from '../time.ts';

/** How much may come: `burst` at once, and `perSecond` on and on. */
export interface TokenBucketRate {
  readonly burst: number;
  readonly perSecond: number;
}

/** The state of one token bucket; a value, never changed in place. */
export interface TokenBucket {
  readonly tokens: number;
  readonly at: Milli;
}

export function fullBucket(rate: TokenBucketRate, now: Milli): TokenBucket {
  return { tokens: rate.burst, at: now };
}

/** Takes one token. @returns undefined when there is none: the caller refuses and keeps the old state. */
export function takeToken(
  bucket: TokenBucket,
  rate: TokenBucketRate,
  now: Milli,
): TokenBucket | undefined {
  const refilled = ((now - bucket.at) / 1000) * rate.perSecond;
  const tokens = Math.min(rate.burst, bucket.tokens + Math.max(0, refilled));
  return tokens < 1 ? undefined : { tokens: tokens - 1, at: now };
}
