import type { Milli } from '../time.ts';

/**
 * A session under whose frames this many workers died within {@link STRIKE_MEMORY} is ended: its
 * input is what kills them, and the others in the worker must not pay for it.
 */
export const MAX_STRIKES = 3;
const STRIKE_MEMORY: Milli = 60_000;

/** How much speaks for a session's having broken its worker: nothing, frames under way, or that it was its turn. */
export type Blame = 'none' | 'under-way' | 'worked-on';

/**
 * What speaks for one session's having broken its worker, and how often it was blamed. From its first time on it is a
 * suspect, of which the worker tells whose turn it is: frames of others are under way at that moment, too.
 */
export class Strikes {
  /** Camera frames sent and not yet answered. */
  #underWay = 0;
  #working = false;
  #strikes: Milli[] = [];

  get blame(): Blame {
    if (this.#working) return 'worked-on';
    return this.#underWay > 0 ? 'under-way' : 'none';
  }

  get suspect(): boolean {
    return this.#strikes.length > 0;
  }

  /** A camera frame was sent. */
  sent(): void {
    this.#underWay++;
  }

  /** A camera frame was answered, and with it those before. */
  answered(): void {
    this.#underWay = 0;
  }

  /** The worker says that it is at work on the session, or no more. */
  working(working: boolean): void {
    this.#working = working;
  }

  /** It is opened in another worker. */
  reopened(): void {
    this.#underWay = 0;
    this.#working = false;
  }

  /** @returns whether it was one too many. */
  strike(now: Milli): boolean {
    this.#strikes = this.#strikes.filter((at) => now - at < STRIKE_MEMORY);
    this.#strikes.push(now);
    return this.#strikes.length >= MAX_STRIKES;
  }
}

/** Who is blamed for a worker's death: whoever it was at work on, where that is known, else all with frames under way. */
export function blamed<T extends { readonly blame: Blame }>(sessions: readonly T[]): T[] {
  const worked = sessions.filter(({ blame }) => blame === 'worked-on');
  return worked.length > 0 ? worked : sessions.filter(({ blame }) => blame === 'under-way');
}
