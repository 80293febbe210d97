import { quantile } from '../quantile.ts';
import type { SessionCost } from './capacity-model.ts';

/** Looks that are remembered, a second apart. */
const MOST_LOOKS = 9;

/**
 * What a session's frames cost as a rule: the median of the last looks at it. One or two slow seconds, of a machine that
 * others share, shut nobody out, and quick ones let nobody in; what lasts is followed within five seconds.
 */
export class SteadyCost {
  readonly #looks: SessionCost[] = [];

  /**
   * @param cost of the last frames, looked at about once a second; undefined while nothing is known.
   * @returns what it is as a rule; undefined while nothing is known.
   */
  follow(cost: SessionCost | undefined): SessionCost | undefined {
    if (cost) this.#looks.push(cost);
    if (this.#looks.length > MOST_LOOKS) this.#looks.shift();
    if (this.#looks.length === 0) return undefined;
    const median = (of: keyof SessionCost) =>
      quantile(
        this.#looks.map((look) => look[of]),
        0.5,
      );
    return { mean: median('mean'), high: median('high') };
  }
}
