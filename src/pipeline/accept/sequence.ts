/**
 * Follows a counter that wraps and gives it back without wraps, so that the rest of the code can
 * compare and subtract. A step of more than half the range is taken as a step backwards.
 */
export class Unwrapper {
  readonly #range: number;
  #last: number | undefined;

  /** @param bits width of the wrapping counter, at most 32. */
  constructor(bits: number) {
    this.#range = 2 ** bits;
  }

  /** The extended value; advances only with newer values, so a late one does not pull it back. */
  unwrap(value: number): number {
    const extended = this.peek(value);
    if (this.#last === undefined || extended > this.#last) this.#last = extended;
    return extended;
  }

  /** The extended value without advancing. */
  peek(value: number): number {
    // The first value starts one range up, so that a packet reordered before it stays positive.
    if (this.#last === undefined) return value + this.#range;
    const range = this.#range;
    const delta = (((value - this.#last) % range) + range) % range;
    return this.#last + (delta > range / 2 ? delta - range : delta);
  }
}
