import type { Milli } from '../../time.ts';

/**
 * A camera at 4 Mbit/s with its retransmissions and probes stays under a fifth of this. What comes
 * beyond is dropped before it is decrypted, so that one flooding peer costs the others nothing.
 */
const MAX_PACKETS_PER_SECOND = 4000;
const MAX_BYTES_PER_SECOND = 3_000_000;

/** A token bucket over packets and bytes; its depth is one second's worth. */
export class InboundLimit {
  #packets = MAX_PACKETS_PER_SECOND;
  #bytes = MAX_BYTES_PER_SECOND;
  #at: Milli | undefined;
  #refused = 0;

  get refused(): number {
    return this.#refused;
  }

  admit(bytes: number, now: Milli): boolean {
    const elapsed = this.#at === undefined ? 0 : Math.max(0, now - this.#at) / 1000;
    this.#at = now;
    this.#packets = Math.min(
      MAX_PACKETS_PER_SECOND,
      this.#packets + elapsed * MAX_PACKETS_PER_SECOND,
    );
    this.#bytes = Math.min(MAX_BYTES_PER_SECOND, this.#bytes + elapsed * MAX_BYTES_PER_SECOND);
    if (this.#packets < 1 || this.#bytes < bytes) {
      this.#refused += 1;
      return false;
    }
    this.#packets -= 1;
    this.#bytes -= bytes;
    return true;
  }
}
