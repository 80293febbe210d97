import type { Milli } from '../../time.ts';
import { Unwrapper } from './sequence.ts';
import { MAX_TWCC_PACKETS, type TwccFeedback } from './twcc-feedback.ts';

/** libwebrtc's own default between 50 and 250 ms; the short end lets the sender ramp up quickly. */
const FEEDBACK_INTERVAL: Milli = 50;
/**
 * Reported arrivals are kept for this long: a report that reaches back to a late packet must not
 * call its neighbours lost.
 */
const KEPT: Milli = 500;
/** A delta is 16 bits of 250 µs: an older reference than this cannot be expressed. */
const MAX_SPAN: Milli = 4000;

/**
 * Notes when each packet of a transport arrived and reports it to the sender, whose bandwidth
 * estimate lives on these times: they must be taken when the datagram comes in, not when it is read.
 */
export class ArrivalLog {
  readonly #unwrapper = new Unwrapper(16);
  #arrivals = new Map<number, Milli>();
  #highest = -1;
  /** First sequence not reported yet. */
  #next = -1;
  #count = 0;
  #due: Milli | undefined;

  /** @param sequence the packet's transport-wide sequence number, 16 bit. */
  record(sequence: number, at: Milli): void {
    const extended = this.#unwrapper.unwrap(sequence);
    if (this.#next < 0) this.#next = extended;
    if (this.#arrivals.size >= MAX_TWCC_PACKETS) this.#arrivals.clear();
    if (!this.#arrivals.has(extended)) this.#arrivals.set(extended, at);
    // A late packet moves the next report's start back to itself.
    if (extended < this.#next)
      this.#next = Math.max(extended, this.#highest - MAX_TWCC_PACKETS + 1);
    this.#highest = Math.max(this.#highest, extended);
    this.#due ??= at + FEEDBACK_INTERVAL;
  }

  /** When a report is next due; undefined while there is nothing to report. */
  get due(): Milli | undefined {
    return this.#due;
  }

  /** @returns the messages to send now: none before {@link due}, more than one after a long hole. */
  poll(now: Milli): TwccFeedback[] {
    if (this.#due === undefined || now < this.#due) return [];
    this.#due = undefined;
    const messages: TwccFeedback[] = [];
    const last = this.#highest;
    let base = Math.max(this.#next, last - MAX_TWCC_PACKETS + 1);
    // The message starts at a packet that came: what was lost before it has no time to stand on.
    while (base <= last && !this.#arrivals.has(base)) base += 1;
    while (base <= last) {
      const arrivals: (Milli | undefined)[] = [];
      const start = this.#arrivals.get(base) ?? now;
      let at = base;
      for (; at <= last; at += 1) {
        const arrival = this.#arrivals.get(at);
        if (arrival !== undefined && Math.abs(arrival - start) > MAX_SPAN) break;
        arrivals.push(arrival);
      }
      while (arrivals.length > 0 && arrivals.at(-1) === undefined) arrivals.pop();
      messages.push({ base: base & 0xffff, count: this.#count, arrivals });
      this.#count = (this.#count + 1) & 0xff;
      base = at;
      while (base <= last && !this.#arrivals.has(base)) base += 1;
    }
    for (const [sequence, at] of this.#arrivals) {
      if (now - at > KEPT) this.#arrivals.delete(sequence);
    }
    this.#next = last + 1;
    return messages;
  }
}
