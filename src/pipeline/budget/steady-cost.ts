import type { SessionCost } from './capacity-model.ts';
import { MedianWindow } from './median-window.ts';

/**
 * What a session's frames cost as a rule: the median of the last looks at it. One or two slow seconds, of a machine that
 * others share, shut nobody out, and quick ones let nobody in; what lasts is followed within five seconds.
 */
export class SteadyCost {
  readonly #looks = new MedianWindow<keyof SessionCost>();

  /**
   * @param cost of the last frames, looked at about once a second; undefined while nothing is known.
   * @returns what it is as a rule; undefined while nothing is known.
   */
  follow(cost: SessionCost | undefined): SessionCost | undefined {
    if (cost) this.#looks.push(cost);
    const [mean, high] = [this.#looks.median('mean'), this.#looks.median('high')];
    return mean === undefined || high === undefined ? undefined : { mean, high };
  }
}
