import type { BitsPerSecond } from './transmit/video-encoder.ts';

/** Below this a 512² face falls apart: a watcher with less gets losses rather than everyone mush. */
export const MIN_BITRATE: BitsPerSecond = 200_000;
/** Above this a 512² face gains nothing that can be seen. */
export const MAX_BITRATE: BitsPerSecond = 2_500_000;
/** Before any estimate: what nearly every link carries, and a face looks good with. */
export const START_BITRATE: BitsPerSecond = 1_000_000;
/** An encoder is not disturbed for less: estimates move a little all the time. */
const NOTABLE_CHANGE = 0.05;

/** One encoding serves all watchers of a participant: what the slowest of them can take. */
export class SharedBitrate {
  readonly #estimates = new Map<string, BitsPerSecond>();
  #current: BitsPerSecond = START_BITRATE;

  get current(): BitsPerSecond {
    return this.#current;
  }

  /** @returns the new bitrate where it notably changed. */
  estimate(watcher: string, bitrate: BitsPerSecond): BitsPerSecond | undefined {
    this.#estimates.set(watcher, bitrate);
    return this.#settle();
  }

  leave(watcher: string): BitsPerSecond | undefined {
    this.#estimates.delete(watcher);
    return this.#settle();
  }

  #settle(): BitsPerSecond | undefined {
    if (this.#estimates.size === 0) return undefined;
    const slowest = Math.min(...this.#estimates.values());
    const wanted = Math.min(MAX_BITRATE, Math.max(MIN_BITRATE, slowest));
    if (Math.abs(wanted - this.#current) < this.#current * NOTABLE_CHANGE) return undefined;
    this.#current = wanted;
    return wanted;
  }
}
