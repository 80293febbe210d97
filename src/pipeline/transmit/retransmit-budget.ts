import type { Milli } from '../../time.ts';
import type { BitsPerSecond } from './video-encoder.ts';

/** Beyond this share of the path repairs would crowd out the picture that they repair. */
const SHARE = 0.5;
/** What may be repaired at a stroke: half a keyframe. */
const DEPTH: Milli = 500;
/** A full packet with its headers. */
const PACKET_BYTES = 1200;

/**
 * How many retransmissions a path can bear. On one that has just narrowed every lost packet would
 * be sent again into the full queue that lost it.
 */
export class RetransmitBudget {
  #bits: number | undefined;
  #at: Milli = 0;

  /** @returns whether one packet may be sent again now. */
  admit(estimate: BitsPerSecond, now: Milli): boolean {
    const rate = estimate * SHARE;
    const depth = (rate * DEPTH) / 1000;
    const before = this.#bits ?? depth;
    this.#bits = Math.min(depth, before + (rate * Math.max(0, now - this.#at)) / 1000);
    this.#at = now;
    if (this.#bits < PACKET_BYTES * 8) return false;
    this.#bits -= PACKET_BYTES * 8;
    return true;
  }
}
