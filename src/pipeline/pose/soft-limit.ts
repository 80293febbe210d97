/**
 * Lets `x` through unchanged up to ±`knee`, then bends it so that it never reaches ±`limit`:
 * continuous with its slope, so that a motion that runs into the limit slows instead of stopping.
 */
export function softLimit(x: number, knee: number, limit: number): number {
  const size = Math.abs(x);
  if (size <= knee) return x;
  const room = limit - knee;
  return Math.sign(x) * (knee + room * Math.tanh((size - knee) / room));
}
