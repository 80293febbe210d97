import type { Milli } from '../time.ts';

/** Lets at most one value through per interval; of those that come in between, the newest. */
export class PacedSlot<T> {
  readonly #interval: Milli;
  #nextAt: Milli = Number.NEGATIVE_INFINITY;
  #waiting: { readonly value: T } | undefined;

  constructor(interval: Milli) {
    this.#interval = interval;
  }

  offer(value: T): void {
    this.#waiting = { value };
  }

  /** @returns what is to be sent now, if anything; it is then gone from here. */
  take(now: Milli): { readonly value: T } | undefined {
    if (this.#waiting === undefined || now < this.#nextAt) return undefined;
    const taken = this.#waiting;
    this.#waiting = undefined;
    this.#nextAt = now + this.#interval;
    return taken;
  }
}
