/**
 * The q-quantile of some numbers, by linear interpolation between order statistics
 * (Hyndman & Fan 1996, type 7). Zero for none.
 */
export function quantile(values: readonly number[], q: number): number {
  return quantileOfSorted(
    [...values].sort((a, b) => a - b),
    q,
  );
}

/** The same of the first `count` numbers, which stand in ascending order already. */
export function quantileOfSorted(
  sorted: ArrayLike<number>,
  q: number,
  count = sorted.length,
): number {
  if (count === 0) return 0;
  const position = q * (count - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? 0;
  const high = below + 1 < count ? (sorted[below + 1] ?? low) : low;
  return low + (high - low) * (position - below);
}
