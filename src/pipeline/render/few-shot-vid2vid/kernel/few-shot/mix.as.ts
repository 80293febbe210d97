/** From `a` to `b` by a share, number by number. */
// @ts-ignore: decorator
@inline
export function mix(a: v128, b: v128, share: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), share));
}
