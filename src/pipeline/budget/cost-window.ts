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
  // A dozen windows take a cost each for every frame: nothing is allocated for that.
  /** Rings: the oldest cost, and when it was measured, stand at {@link #oldest}. */
  readonly #costs = new Float64Array(COST_WINDOW);
  readonly #times = new Float64Array(COST_WINDOW);
  #oldest = 0;
  #count = 0;
  /** The same costs in ascending order: several quantiles are asked for before every frame. */
  readonly #ascending = new Float64Array(COST_WINDOW);
  #mean: Milli = 0;

  get count(): number {
    return this.#count;
  }

  push(cost: Milli, now: Milli): void {
    while (this.#count === COST_WINDOW || (this.#count > 0 && now - this.#at(0) > MAX_AGE))
      this.#forget();
    const place = (this.#oldest + this.#count) % COST_WINDOW;
    this.#costs[place] = cost;
    this.#times[place] = now;
    const rank = this.#rank(cost);
    this.#ascending.copyWithin(rank + 1, rank, this.#count);
    this.#ascending[rank] = cost;
    this.#count++;
    let sum = 0;
    for (let i = 0; i < this.#count; i++) sum += this.#ascending[i]!;
    this.#mean = sum / this.#count;
  }

  /** Zero before the first. */
  mean(now: Milli): Milli {
    return this.#mean * this.#trust(now);
  }

  /** Zero before the first. */
  quantile(q: number, now: Milli): Milli {
    return quantileOfSorted(this.#ascending, q, this.#count) * this.#trust(now);
  }

  /** The work is done under other conditions from now on. */
  clear(): void {
    this.#count = 0;
    this.#mean = 0;
  }

  /** When the cost was measured that has so many before it. */
  #at(index: number): Milli {
    return this.#times[(this.#oldest + index) % COST_WINDOW]!;
  }

  #forget(): void {
    const rank = this.#rank(this.#costs[this.#oldest]!);
    this.#ascending.copyWithin(rank, rank + 1, this.#count);
    this.#oldest = (this.#oldest + 1) % COST_WINDOW;
    this.#count--;
  }

  /** How many are less than a cost. */
  #rank(cost: Milli): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ascending[middle]! < cost) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #trust(now: Milli): number {
    const age = this.#count > 0 ? now - this.#at(this.#count - 1) : 0;
    return age <= MAX_AGE ? 1 : 0.5 ** ((age - MAX_AGE) / HALF_LIFE);
  }
}
