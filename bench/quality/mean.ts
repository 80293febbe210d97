/** Gathers samples under names and gives their means; what was never sampled has none. */
export class Means<Name extends string> {
  readonly #sums = new Map<Name, { sum: number; count: number }>();

  add(name: Name, value: number | undefined): void {
    if (value === undefined || Number.isNaN(value)) return;
    const entry = this.#sums.get(name) ?? { sum: 0, count: 0 };
    entry.sum += value;
    entry.count += 1;
    this.#sums.set(name, entry);
  }

  of(name: Name): number | undefined {
    const entry = this.#sums.get(name);
    return entry && entry.sum / entry.count;
  }
}
