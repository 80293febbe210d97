import type { Milli } from '../../time.ts';

/** What may come in a second, and at a stroke. */
interface InboundRate {
  readonly packets: number;
  readonly bytes: number;
}

/**
 * A camera at 4 Mbit/s with its retransmissions and probes stays under a fifth of this. What comes
 * beyond is dropped before it is decrypted, so that one flooding peer costs the others nothing.
 */
export const TRANSPORT_RATE: InboundRate = Object.freeze({ packets: 4000, bytes: 3_000_000 });
/**
 * Opus at its shortest frames, 2.5 ms, and at twice its highest rate, 510 kbit/s (RFC 6716 §2.1). Voices are passed on to
 * every listener as they come: what goes beyond would reach all of them.
 */
export const VOICE_RATE: InboundRate = Object.freeze({ packets: 400, bytes: 128_000 });

/** A token bucket over packets and bytes; its depth is one second's worth. */
export class InboundLimit {
  readonly #rate: InboundRate;
  #packets: number;
  #bytes: number;
  #at: Milli | undefined;
  #refused = 0;

  constructor(rate: InboundRate) {
    this.#rate = rate;
    this.#packets = rate.packets;
    this.#bytes = rate.bytes;
  }

  get refused(): number {
    return this.#refused;
  }

  admit(bytes: number, now: Milli): boolean {
    const elapsed = this.#at === undefined ? 0 : Math.max(0, now - this.#at) / 1000;
    const rate = this.#rate;
    this.#at = now;
    this.#packets = Math.min(rate.packets, this.#packets + elapsed * rate.packets);
    this.#bytes = Math.min(rate.bytes, this.#bytes + elapsed * rate.bytes);
    if (this.#packets < 1 || this.#bytes < bytes) {
      this.#refused += 1;
      return false;
    }
    this.#packets -= 1;
    this.#bytes -= bytes;
    return true;
  }
}
