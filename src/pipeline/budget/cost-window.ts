import type { Milli } from '../../time.ts';
import { quantileOfSorted } from '../quantile.ts';

/** Two seconds at 30 fps: short enough to follow a machine whose load changes, long enough for a p90. */
export const COST_WINDOW = 60;
/** Costs older than this go as newer ones come: at two frames a second the count alone would keep half a minute. */
const MAX_AGE: Milli = 3_000;
/**
 * What was not measured for this long counts half: the work is tried again some time after it was
 * given up, whatever it cost then.
 */
const HALF_LIFE: Milli = 30_000;

/** The last costs of one kind of work, at most {@link COST_WINDOW}, and their quantiles. */
export class CostWindow {
  #costs: { readonly at: Milli; readonly cost: Milli }[] = [];
  /** The same costs in ascending order: several quantiles are asked for before every frame. */
  #ascending: Milli[] = [];
  #mean: Milli = 0;

  get count(): number {
    return this.#costs.length;
  }

  push(cost: Milli, now: Milli): void {
    this.#costs.push({ at: now, cost });
    const first = this.#costs.findIndex(({ at }) => now - at <= MAX_AGE);
    const surplus = this.#costs.length - COST_WINDOW;
    const gone = this.#costs.splice(0, Math.max(first, surplus, 0));
    for (const each of gone) this.#ascending.splice(this.#rank(each.cost), 1);
    this.#ascending.splice(this.#rank(cost), 0, cost);
    this.#mean = this.#ascending.reduce((sum, each) => sum + each, 0) / this.count;
  }

  /** Zero before the first. */
  mean(now: Milli): Milli {
    return this.#mean * this.#trust(now);
  }

  /** Zero before the first. */
  quantile(q: number, now: Milli): Milli {
    return quantileOfSorted(this.#ascending, q) * this.#trust(now);
  }

  /** The work is done under other conditions from now on. */
  clear(): void {
    this.#costs = [];
    this.#ascending = [];
    this.#mean = 0;
  }

  /** How many are less than a cost. */
  #rank(cost: Milli): number {
    let [low, high] = [0, this.#ascending.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ascending[middle]! < cost) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #trust(now: Milli): number {
    const age = now - (this.#costs.at(-1)?.at ?? now);
    return age <= MAX_AGE ? 1 : 0.5 ** ((age - MAX_AGE) / HALF_LIFE);
  }
}
