import type { Milli } from '../../time.ts';

/** Judged by the earliest of this long: half a second of packets is not held up by one hiccup. */
const WINDOW: Milli = 500;
/** Less than this a voice may be off its lips without anybody seeing it. */
const TOLERANCE: Milli = 100;

/**
 * The time that an audio stream's RTP clock has skipped. It counts samples (RFC 3551 §4.1): what a
 * sender on a full machine never sampled is missing from it, so that packets seem older and older
 * until the next sender report, seconds later. Packets that all come late, while the path is as fast
 * as ever, tell of it sooner. Pure: time comes in.
 */
export class SkippedTime {
  #skipped: Milli = 0;
  /** The least age seen since the last report: what the path and the sender's buffers take. */
  #usual: Milli = Number.POSITIVE_INFINITY;
  #window: { since: Milli; least: Milli } | undefined;

  /** A report ties the RTP clock to the sender's wall clock anew. */
  reported(): void {
    this.#skipped = 0;
    this.#usual = Number.POSITIVE_INFINITY;
    this.#window = undefined;
  }

  /**
   * @param captureTime as the RTP clock has it
   * @param congestion by how much the path delays more than at its best
   * @returns the capture time without what was skipped, never later than the arrival.
   */
  correct(captureTime: Milli, receivedAt: Milli, congestion: Milli): Milli {
    const age = receivedAt - captureTime - this.#skipped;
    // It came sooner than a skip allows: it was delayed, and nothing skipped.
    if (age < 0) this.#skipped = Math.max(0, this.#skipped + age);
    else this.#watch(age, receivedAt, congestion);
    return Math.min(receivedAt, captureTime + this.#skipped);
  }

  #watch(age: Milli, now: Milli, congestion: Milli): void {
    this.#usual = Math.min(this.#usual, age);
    this.#window ??= { since: now, least: age };
    this.#window.least = Math.min(this.#window.least, age);
    if (now - this.#window.since < WINDOW) return;
    const skipped = this.#window.least - this.#usual - congestion;
    if (skipped > TOLERANCE) this.#skipped += skipped;
    this.#window = undefined;
  }
}
