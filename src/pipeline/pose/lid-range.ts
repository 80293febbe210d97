import type { Seconds } from '../../time.ts';

/** Lid gaps (shares of the eye's width) between which an open eye's is believed to lie. */
const OPEN_LEAST = 0.14;
const OPEN_MOST = 0.5;
/** What trackers read off a shut eye, as a share of the open gap, until blinks say better. */
const SHUT_SHARE = 0.18;
/** A lid that drops below the one and comes back above the other, both of the open gap, blinked. */
const BLINK_BELOW = 0.6;
const BLINK_OVER = 0.8;
/** Longer than this, lids were not blinking: they were shut on purpose, or the eyes looked down. */
const BLINK_MOST: Seconds = 0.6;
/** How much of a newly seen blink's depth goes into the estimate. */
const BLINK_SHARE = 0.5;
/** Shut eyes read at most this share of the open gap: a dip that stays above was half a blink. */
const SHUT_MOST = 0.45;
/** The open gap is a mean over at least, and at most, this much evidence. */
const LEAST_WINDOW: Seconds = 0.7;
const MOST_WINDOW: Seconds = 20;
/** Less open than this share of the open gap, eyes blink or look down, and tell nothing of it. */
const TELLING = 0.7;

/** One driver's eye: its lid gap when open and when shut, learnt while it is used. */
export class LidRange {
  #open = 0.28;
  #shut = 0.28 * SHUT_SHARE;
  #evidence: Seconds = LEAST_WINDOW;
  #dip: { least: number; lasted: Seconds } | undefined;

  /** @param gap the first one seen; believed if it may be that of an open eye. */
  begin(gap: number, usualGap: number): void {
    this.#open = gap >= OPEN_LEAST && gap <= OPEN_MOST ? gap : usualGap;
    this.#shut = this.#open * SHUT_SHARE;
    this.#evidence = LEAST_WINDOW;
    this.#dip = undefined;
  }

  get open(): number {
    return this.#open;
  }

  /** @returns 0 shut, 1 open as at rest, more when wide. */
  openness(gap: number): number {
    return Math.max(0, (gap - this.#shut) / (this.#open - this.#shut));
  }

  update(gap: number, dt: Seconds): void {
    if (gap < this.#shut) this.#shut = gap;
    if (gap > TELLING * this.#open && gap >= OPEN_LEAST) {
      this.#evidence = Math.min(MOST_WINDOW, this.#evidence + dt);
      this.#open += (dt / this.#evidence) * (Math.min(gap, OPEN_MOST) - this.#open);
    }
    this.#shut = Math.min(this.#shut, SHUT_MOST * this.#open);
    this.#watchBlink(gap, dt);
  }

  #watchBlink(gap: number, dt: Seconds): void {
    if (gap < BLINK_BELOW * this.#open) {
      this.#dip ??= { least: gap, lasted: 0 };
      this.#dip.least = Math.min(this.#dip.least, gap);
      this.#dip.lasted += dt;
    } else if (this.#dip && gap > BLINK_OVER * this.#open) {
      const { least, lasted } = this.#dip;
      this.#dip = undefined;
      if (lasted > BLINK_MOST || least > SHUT_MOST * this.#open) return;
      this.#shut += (least - this.#shut) * BLINK_SHARE;
    }
  }
}
