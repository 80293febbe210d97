/** Packets this far behind the newest are refused: they could not be told from replays. */
const REPLAY_WINDOW = 1024;
const HALF_RANGE = 0x8000;

/**
 * One inbound SRTP stream's packet index (RFC 3711 §3.3.1) and replay list (§3.3.2). The rollover
 * count is estimated from the newest authenticated packet, so an outage across a wrap is survived.
 */
export class SrtpIndex {
  #newest: number | undefined;
  readonly #seen = new Set<number>();

  /** @returns the rollover counter to decrypt with, or undefined for a replay or a relic. */
  estimate(sequence: number): number | undefined {
    const index = this.#index(sequence);
    if (index < 0 || this.#seen.has(index)) return undefined;
    if (this.#newest !== undefined && index <= this.#newest - REPLAY_WINDOW) return undefined;
    return Math.floor(index / 0x1_0000);
  }

  /** The packet authenticated with the estimate: only now may it move the state. */
  accept(sequence: number): void {
    const index = this.#index(sequence);
    this.#seen.add(index);
    if (this.#newest === undefined || index > this.#newest) this.#newest = index;
    if (this.#seen.size > REPLAY_WINDOW * 2) {
      for (const old of this.#seen) {
        if (old <= this.#newest - REPLAY_WINDOW) this.#seen.delete(old);
      }
    }
  }

  #index(sequence: number): number {
    if (this.#newest === undefined) return sequence;
    const rollover = Math.floor(this.#newest / 0x1_0000);
    const last = this.#newest % 0x1_0000;
    if (last < HALF_RANGE && sequence - last > HALF_RANGE) {
      return (rollover - 1) * 0x1_0000 + sequence;
    }
    if (last >= HALF_RANGE && last - HALF_RANGE > sequence) {
      return (rollover + 1) * 0x1_0000 + sequence;
    }
    return rollover * 0x1_0000 + sequence;
  }
}
