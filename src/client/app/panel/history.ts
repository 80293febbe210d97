/** A minute at one sample a second. */
export const HISTORY_LENGTH = 60;

/** The last `HISTORY_LENGTH` samples, oldest first. */
export function record<T>(history: readonly T[], sample: T): readonly T[] {
  return [...history, sample].slice(-HISTORY_LENGTH);
}

/** The top of a chart's axis: the least of 1, 2 or 5 times a power of ten that holds every value. */
export function niceCeiling(values: readonly number[], least: number): number {
  const highest = Math.max(least, ...values.filter(Number.isFinite));
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= highest) ?? 10;
  return step * power;
}
