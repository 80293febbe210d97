/** Pearson's correlation of two equally long lists; 0 where either does not vary. */
function correlation(a: readonly number[], b: readonly number[]): number {
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

/**
 * How well one series follows another: the best correlation at a lag of 0 to `most` frames. Frames
 * that either lacks are NaN and do not count; undefined where fewer than half the frames count.
 */
export function following(
  near: readonly number[],
  far: readonly number[],
  most: number,
): number | undefined {
  let best: number | undefined;
  for (let lag = 0; lag <= most; lag++) {
    const pairs = far.flatMap((value, i) => {
      const other = near[i - lag];
      return other === undefined || Number.isNaN(other) || Number.isNaN(value)
        ? []
        : [[other, value] as const];
    });
    if (pairs.length < near.length / 2 || pairs.length < 3) continue;
    const found = correlation(
      pairs.map(([a]) => a),
      pairs.map(([, b]) => b),
    );
    if (best === undefined || found > best) best = found;
  }
  return best;
}
