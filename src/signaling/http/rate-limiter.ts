import { LRUCache } from 'lru-cache';
import type { Clock, Milli } from '../../time.ts';
import { fullBucket, type TokenBucket, takeToken } from '../token-bucket.ts';

/** Addresses remembered; the one not seen for longest is forgotten first. */
const MAX_ADDRESSES = 10_000;

/** So many a minute for each client address, all of them at once if they like. */
export class RateLimiter {
  readonly #perMinute: number;
  readonly #clock: Clock;
  readonly #buckets = new LRUCache<string, TokenBucket>({ max: MAX_ADDRESSES });

  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  /** @returns 0 when it may go on, else how long until it may. */
  take(address: string): Milli {
    const rate = { burst: this.#perMinute, perSecond: this.#perMinute / 60 };
    const now = this.#clock();
    const bucket = this.#buckets.get(address) ?? fullBucket(rate, now);
    const taken = takeToken(bucket, rate, now);
    if (taken === undefined) return 60_000 / this.#perMinute;
    this.#buckets.set(address, taken);
    return 0;
  }
}
