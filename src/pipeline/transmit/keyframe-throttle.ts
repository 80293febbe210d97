import type { Milli } from '../../time.ts';

/**
 * A keyframe costs several times a frame's bits: answering every request of a lossy receiver would
 * starve its picture (RFC 5104 §3.5.1). Requests in between are answered together at its end.
 */
const MIN_INTERVAL: Milli = 500;

/** Turns a receiver's PLIs and FIRs into keyframes that the encoder can afford. */
export class KeyframeThrottle {
  #lastKeyframe = Number.NEGATIVE_INFINITY;
  #wanted = false;
  #lastFir: number | undefined;

  pli(): void {
    this.#wanted = true;
  }

  /** A FIR whose sequence was seen is a repetition of one being answered. */
  fir(sequence: number): void {
    if (this.#lastFir === sequence) return;
    this.#lastFir = sequence;
    this.#wanted = true;
  }

  /** A keyframe was handed to the network. */
  sent(now: Milli): void {
    this.#lastKeyframe = now;
    this.#wanted = false;
  }

  get due(): Milli | undefined {
    return this.#wanted ? this.#lastKeyframe + MIN_INTERVAL : undefined;
  }

  /** @returns true where the encoder must be asked now; asks again until a keyframe was sent. */
  poll(now: Milli): boolean {
    const due = this.due;
    if (due === undefined || now < due) return false;
    // The encoder's answer takes a frame or two; without one the receiver asks again anyway.
    this.#lastKeyframe = now;
    this.#wanted = false;
    return true;
  }
}
