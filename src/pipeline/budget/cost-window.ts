import type { Milli } from '../../time.ts';
import { quantile } from '../quantile.ts';

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
  readonly #quantiles = new Map<number, Milli>();

  get count(): number {
    return this.#costs.length;
  }

  push(cost: Milli, now: Milli): void {
    this.#costs.push({ at: now, cost });
    const first = this.#costs.findIndex(({ at }) => now - at <= MAX_AGE);
    const surplus = this.#costs.length - COST_WINDOW;
    this.#costs.splice(0, Math.max(first, surplus, 0));
    this.#quantiles.clear();
  }

  /** Zero before the first. */
  mean(now: Milli): Milli {
    if (this.count === 0) return 0;
    const sum = this.#costs.reduce((total, { cost }) => total + cost, 0);
    return (sum / this.count) * this.#trust(now);
  }

  /** Zero before the first. */
  quantile(q: number, now: Milli): Milli {
    let value = this.#quantiles.get(q);
    if (value === undefined) {
      value = quantile(
        this.#costs.map(({ cost }) => cost),
        q,
      );
      this.#quantiles.set(q, value);
    }
    return value * this.#trust(now);
  }

  /** The work is done under other conditions from now on. */
  clear(): void {
    this.#costs = [];
    this.#quantiles.clear();
  }

  #trust(now: Milli): number {
    const age = now - (this.#costs.at(-1)?.at ?? now);
    return age <= MAX_AGE ? 1 : 0.5 ** ((age - MAX_AGE) / HALF_LIFE);
  }
}
