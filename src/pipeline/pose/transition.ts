import type { Milli } from '../../time.ts';
import type { FaceMotion } from './face-motion.ts';

/**
 * Takes the jump out of a change of source: what the motion differed by when the source changed is
 * added and fades, so that the new source is followed from the first frame on.
 */
export class Transition {
  readonly #difference: Float64Array;
  #begun: Milli | undefined;
  #lasts: Milli = 0;

  constructor(length: number) {
    this.#difference = new Float64Array(length);
  }

  /** @param shown what was shown last. @param next the new source's motion, now. */
  begin(shown: FaceMotion, next: FaceMotion, now: Milli, lasts: Milli): void {
    for (let k = 0; k < this.#difference.length; k++) this.#difference[k] = shown[k]! - next[k]!;
    this.#begun = now;
    this.#lasts = lasts;
  }

  cancel(): void {
    this.#begun = undefined;
  }

  /** Adds what is left of the difference to `motion`. */
  apply(motion: FaceMotion, now: Milli): void {
    if (this.#begun === undefined) return;
    const t = (now - this.#begun) / this.#lasts;
    if (t >= 1) {
      this.#begun = undefined;
      return;
    }
    const past = Math.max(0, t);
    const left = 1 - past * past * (3 - 2 * past);
    for (let k = 0; k < this.#difference.length; k++) motion[k]! += left * this.#difference[k]!;
  }
}
