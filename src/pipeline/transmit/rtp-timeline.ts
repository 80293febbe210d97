import type { Milli, RtpTime } from '../../time.ts';

/**
 * One outgoing stream's RTP time, driven by capture times on our clock, so that it runs on evenly
 * across encoders, codecs and identities. It never stands still or goes back: a receiver would
 * take two frames of one time for one.
 */
export class RtpTimeline {
  readonly #ticksPerMs: number;
  readonly #base: number;
  #origin: Milli | undefined;
  #lastTicks = -1;

  /** @param base the first timestamp, random in production (RFC 3550 §5.1). */
  constructor(clockHz: number, base: RtpTime) {
    this.#ticksPerMs = clockHz / 1000;
    this.#base = base;
  }

  next(captureTime: Milli): RtpTime {
    this.#origin ??= captureTime;
    const ticks = Math.max(
      this.#lastTicks + 1,
      Math.round((captureTime - this.#origin) * this.#ticksPerMs),
    );
    this.#lastTicks = ticks;
    return (this.#base + ticks) % 2 ** 32;
  }

  /** The RTP time of an instant, for sender reports; undefined before the first frame. */
  at(time: Milli): RtpTime | undefined {
    if (this.#origin === undefined) return undefined;
    const ticks = Math.round((time - this.#origin) * this.#ticksPerMs);
    return (((this.#base + ticks) % 2 ** 32) + 2 ** 32) % 2 ** 32;
  }
}
