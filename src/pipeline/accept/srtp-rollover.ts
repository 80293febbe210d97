/**
 * One outbound SRTP stream's rollover counter (RFC 3711 §3.3.1). A retransmission from before the
 * wrap keeps the count that it was sent with.
 */
export class SrtpRollover {
  #count = 0;
  #newest: number | undefined;

  /** @param sequence 16 bit, within half its range of the newest one. */
  of(sequence: number): number {
    const newest = this.#newest ?? sequence;
    const ahead = (sequence - newest) & 0xffff;
    if (ahead >= 0x8000) return sequence > newest ? this.#count - 1 : this.#count;
    if (sequence < newest) this.#count += 1;
    this.#newest = sequence;
    return this.#count;
  }
}
