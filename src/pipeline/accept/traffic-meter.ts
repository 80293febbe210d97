import type { Milli } from '../../time.ts';
import type { BitsPerSecond } from '../transmit/video-encoder.ts';

/** Shorter spans give a jumpy figure. */
const MIN_SPAN: Milli = 500;

/** Bit rates from byte counters that only grow. */
export class TrafficMeter {
  #last: { at: Milli; sent: number; received: number } | undefined;
  #rates: { in: BitsPerSecond; out: BitsPerSecond } = { in: 0, out: 0 };

  /** @returns the rates since the last reading that was long enough ago. */
  read(
    traffic: { readonly sent: number; readonly received: number },
    now: Milli,
  ): { readonly in: BitsPerSecond; readonly out: BitsPerSecond } {
    const last = this.#last ?? { at: now, ...traffic };
    const elapsed = now - last.at;
    if (this.#last && elapsed < MIN_SPAN) return this.#rates;
    if (elapsed > 0) {
      this.#rates = {
        in: ((traffic.received - last.received) * 8000) / elapsed,
        out: ((traffic.sent - last.sent) * 8000) / elapsed,
      };
    }
    this.#last = { at: now, ...traffic };
    return this.#rates;
  }
}
