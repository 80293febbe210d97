import type { Milli } from '../../time.ts';
import { Unwrapper } from '../accept/sequence.ts';
import type { TwccFeedback } from '../accept/twcc-feedback.ts';

/** What became of one packet that was sent. */
export interface PacketFate {
  readonly sequence: number;
  readonly bytes: number;
  readonly sentAt: Milli;
  /** On the receiver's own clock, without its wraps; undefined where it did not arrive. */
  readonly receivedAt: Milli | undefined;
  /** The probe it was part of. */
  readonly probe: number | undefined;
}

/** Over ten seconds at the highest rate; feedback comes within a round trip. */
const MAX_PACKETS = 8192;
/** The feedback's reference time is 24 bits of 64 ms (draft-holmer §3.1). */
const CLOCK_RANGE: Milli = 2 ** 24 * 64;

/** Remembers what was sent when, and matches it with the receiver's feedback. */
export class DepartureLog {
  readonly #unwrapper = new Unwrapper(16);
  readonly #sent = new Map<number, { bytes: number; at: Milli; probe: number | undefined }>();
  #lastReceived: Milli | undefined;

  /** @param sequence transport-wide, 16 bit, rising by one a packet. */
  add(sequence: number, bytes: number, at: Milli, probe?: number): void {
    this.#sent.set(this.#unwrapper.unwrap(sequence), { bytes, at, probe });
    if (this.#sent.size > MAX_PACKETS) this.#sent.delete(this.#sent.keys().next().value!);
  }

  /** @returns the packets that this message is the first to report on, in the order of sending. */
  match(feedback: TwccFeedback): PacketFate[] {
    const base = this.#unwrapper.peek(feedback.base);
    const fates: PacketFate[] = [];
    feedback.arrivals.forEach((arrival, i) => {
      const sequence = base + i;
      const sent = this.#sent.get(sequence);
      const receivedAt = arrival === undefined ? undefined : this.#unwrapClock(arrival);
      if (!sent) return;
      this.#sent.delete(sequence);
      const { bytes, at, probe } = sent;
      fates.push({ sequence, bytes, sentAt: at, receivedAt, probe });
    });
    return fates;
  }

  #unwrapClock(arrival: Milli): Milli {
    const last = this.#lastReceived;
    const turns = last === undefined ? 0 : Math.round((last - arrival) / CLOCK_RANGE);
    const unwrapped = arrival + turns * CLOCK_RANGE;
    this.#lastReceived = unwrapped;
    return unwrapped;
  }
}
