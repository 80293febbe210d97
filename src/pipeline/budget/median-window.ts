import { quantile } from '../quantile.ts';

/** Looks that are remembered, a second apart: one or two odd seconds do not show, what lasts shows within five. */
const MOST_LOOKS = 9;

/** The last looks at some numbers, and each one's median. */
export class MedianWindow<Key extends string> {
  readonly #looks: Readonly<Record<Key, number>>[] = [];

  push(look: Readonly<Record<Key, number>>): void {
    this.#looks.push(look);
    if (this.#looks.length > MOST_LOOKS) this.#looks.shift();
  }

  /** Undefined before the first look. */
  median(key: Key): number | undefined {
    if (this.#looks.length === 0) return undefined;
    return quantile(
      this.#looks.map((look) => look[key]),
      0.5,
    );
  }
}
