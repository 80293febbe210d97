/** A quantity sampled at irregular times (ms), as a video's frames come. */
export interface Series {
  readonly at: readonly number[];
  readonly value: readonly number[];
}

/** Linear interpolation at a time; undefined outside the series or across a gap. */
export function sample({ at, value }: Series, time: number, longestGap = 150): number | undefined {
  let low = 0;
  let high = at.length - 1;
  if (high < 1 || time < at[0]! || time > at[high]!) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle]! <= time) low = middle;
    else high = middle;
  }
  const span = at[high]! - at[low]!;
  if (span > longestGap) return undefined;
  const share = span === 0 ? 0 : (time - at[low]!) / span;
  return value[low]! + (value[high]! - value[low]!) * share;
}

/** Pearson's correlation of two equally long lists; 0 where either does not vary. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [da, db] = [a[i]! - meanA, b[i]! - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

/** Lags tried are this far apart, in milliseconds: a third of a frame. */
const STEP = 11;

export interface Alignment {
  readonly lag: number;
  readonly correlation: number;
}

/**
 * How well `far` follows `near`: the lag (ms, of far behind near) in the range at which they
 * correlate best. Only times that both cover count; at least half of `far` must be covered.
 */
export function align(near: Series, far: Series, lags: { from: number; to: number }): Alignment {
  let best: Alignment = { lag: Number.NaN, correlation: Number.NEGATIVE_INFINITY };
  for (let lag = lags.from; lag <= lags.to; lag += STEP) {
    const found = correlationAt(near, far, lag);
    if (found !== undefined && found > best.correlation) best = { lag, correlation: found };
  }
  return best;
}

/** The correlation at one lag, or undefined where too little of `far` has a counterpart. */
export function correlationAt(near: Series, far: Series, lag: number): number | undefined {
  const pairs = pairsAt(near, far, lag);
  return pairs && correlation(pairs.near, pairs.far);
}

/**
 * Each value as the mean of itself and its neighbours: what trembles from frame to frame goes by two fifths;
 * at thirty a second, what comes and goes in half a second keeps nine tenths.
 */
export function steadied({ at, value }: Series): Series {
  const mean = value.map((own, i) => ((value[i - 1] ?? own) + own + (value[i + 1] ?? own)) / 3);
  return { at, value: mean };
}

/** At the times of far's own samples: what the far end did not get is not made up in between. */
function pairsAt(near: Series, far: Series, lag: number) {
  const pairs: { near: number[]; far: number[] } = { near: [], far: [] };
  for (const [i, time] of far.at.entries()) {
    const here = sample(near, time - lag);
    if (here === undefined) continue;
    pairs.near.push(here);
    pairs.far.push(far.value[i]!);
  }
  return pairs.near.length < far.at.length / 2 ? undefined : pairs;
}
