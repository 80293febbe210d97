/** Numbers as noisy as a picture, the same each time (Numerical Recipes' generator). */
export function noise(count: number, low: number, high: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return low + ((high - low) * state) / 2 ** 32;
  });
}
