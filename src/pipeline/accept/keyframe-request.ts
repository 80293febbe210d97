import type { Milli } from '../../time.ts';

/** A keyframe takes a round trip and its own transmission: asking sooner only stacks them up. */
const MIN_INTERVAL: Milli = 300;
/** PLI may be lost or ignored: after this many in vain FIR is used, which must be obeyed. */
const PLI_BEFORE_FIR = 3;

export type KeyframeAsk = 'pli' | { readonly fir: number };

/**
 * Decides when to ask a sender for a keyframe: at once when first needed, then no faster than a
 * sender can answer, until one arrives.
 */
export class KeyframeRequest {
  #wantedSince: Milli | undefined;
  #lastAsk = Number.NEGATIVE_INFINITY;
  #asked = 0;
  #firSequence = 0;
  readonly #firSupported: boolean;

  constructor(firSupported: boolean) {
    this.#firSupported = firSupported;
  }

  want(now: Milli): void {
    this.#wantedSince ??= now;
  }

  /** A keyframe came. */
  satisfied(): void {
    this.#wantedSince = undefined;
    this.#asked = 0;
  }

  get due(): Milli | undefined {
    if (this.#wantedSince === undefined) return undefined;
    return Math.max(this.#wantedSince, this.#lastAsk + MIN_INTERVAL);
  }

  poll(now: Milli): KeyframeAsk | undefined {
    const due = this.due;
    if (due === undefined || now < due) return undefined;
    this.#lastAsk = now;
    this.#asked += 1;
    if (this.#asked <= PLI_BEFORE_FIR || !this.#firSupported) return 'pli';
    // A new request each time: the sequence tells it from a repetition (RFC 5104 §4.3.1.1).
    this.#firSequence = (this.#firSequence + 1) & 0xff;
    return { fir: this.#firSequence };
  }
}
