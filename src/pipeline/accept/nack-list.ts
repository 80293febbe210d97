import type { Milli } from '../../time.ts';

/** A packet older than this would come too late for a live picture: ask for a keyframe instead. */
const MAX_AGE: Milli = 400;
/** More holes than this at once is an outage, not loss: a keyframe costs less than the repair. */
const MAX_MISSING = 256;
/** Before the round trip is known. */
const DEFAULT_RTT: Milli = 100;
/** Reordering within a burst is common and repairs itself. */
const REORDER_PATIENCE: Milli = 3;
/** The sender needs a moment too; asking again sooner only doubles the traffic. */
const RETRY_SLACK: Milli = 10;

interface Missing {
  readonly since: Milli;
  askAt: Milli;
  asked: number;
}

/**
 * Which packets are missing and when to ask for them (RFC 4585 §6.2.1), in extended sequence
 * numbers. A repeat waits for one round trip; age alone decides when to give up.
 */
export class NackList {
  readonly #missing = new Map<number, Missing>();
  #highest: number | undefined;
  #rtt: Milli = DEFAULT_RTT;

  setRtt(rtt: Milli): void {
    this.#rtt = Math.max(1, rtt);
  }

  /** @returns 'outage' where the hole is too large to repair: the list is emptied. */
  receive(sequence: number, now: Milli): 'ok' | 'outage' {
    if (this.#highest === undefined) {
      this.#highest = sequence;
      return 'ok';
    }
    if (sequence <= this.#highest) {
      this.#missing.delete(sequence);
      return 'ok';
    }
    const hole = sequence - this.#highest - 1;
    const from = this.#highest + 1;
    this.#highest = sequence;
    if (hole + this.#missing.size > MAX_MISSING) {
      this.#missing.clear();
      return 'outage';
    }
    for (let lost = from; lost < sequence; lost += 1) {
      this.#missing.set(lost, { since: now, askAt: now + REORDER_PATIENCE, asked: 0 });
    }
    return 'ok';
  }

  /** Everything before this is no longer of use. */
  forgetBefore(sequence: number): void {
    for (const lost of this.#missing.keys()) {
      if (lost < sequence) this.#missing.delete(lost);
    }
  }

  has(sequence: number): boolean {
    return this.#missing.has(sequence);
  }

  get size(): number {
    return this.#missing.size;
  }

  get due(): Milli | undefined {
    let due: Milli | undefined;
    for (const { askAt, since } of this.#missing.values()) {
      const at = Math.min(askAt, since + MAX_AGE);
      if (due === undefined || at < due) due = at;
    }
    return due;
  }

  /** What to ask for now, in rising order, and what was given up. */
  poll(now: Milli): { ask: number[]; lost: number[] } {
    const ask: number[] = [];
    const lost: number[] = [];
    for (const [sequence, missing] of this.#missing) {
      if (now - missing.since >= MAX_AGE) {
        this.#missing.delete(sequence);
        lost.push(sequence);
      } else if (now >= missing.askAt) {
        missing.asked += 1;
        missing.askAt = now + this.#rtt + RETRY_SLACK;
        ask.push(sequence);
      }
    }
    return { ask, lost };
  }
}
