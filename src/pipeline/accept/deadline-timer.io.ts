import { earliestDue } from '../../earliest-due.ts';
import type { Clock, Milli } from '../../time.ts';

/** One timer for everything that waits, rearmed when something nearer comes up. The owner closes it. */
export class DeadlineTimer {
  readonly #clock: Clock;
  readonly #fire: (now: Milli) => void;
  #timer: NodeJS.Timeout | undefined;
  #at: Milli = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(clock: Clock, fire: (now: Milli) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  /** Fires at the earliest of these, if there is one, and no later than asked for before. */
  arm(...dues: readonly (Milli | undefined)[]): void {
    const due = earliestDue(dues);
    if (this.#closed || due === undefined || due >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = due;
    this.#timer = setTimeout(
      () => {
        this.#at = Number.POSITIVE_INFINITY;
        this.#fire(this.#clock());
      },
      // Timers have whole milliseconds; an overdue one still lets the event loop turn.
      Math.max(1, due - this.#clock()),
    );
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}
