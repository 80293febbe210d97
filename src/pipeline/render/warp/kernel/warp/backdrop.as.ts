/** Shares of 255 in u16: a·b/255, rounded. */
// @ts-ignore: decorator
@inline
function share(product: v128): v128 {
  const rounded = i16x8.add(product, i16x8.splat(128));
  return i16x8.shr_u(i16x8.add(rounded, i16x8.shr_u(rounded, 8)), 8);
}

// @ts-ignore: decorator
@inline
function mixed(over: v128, under: v128, alpha: v128): v128 {
  return share(i16x8.add(i16x8.mul(over, alpha), i16x8.mul(under, i16x8.sub(i16x8.splat(255), alpha))));
}

/** Lays a picture of 4-byte texels, whose fourth byte is how much of each it covers and stays so, over another; `pixels` a multiple of 4. */
export function layOver(target: usize, behind: usize, pixels: i32): void {
  const colours = i32x4.splat(0x00ffffff);
  const end = target + <usize>pixels * 4;
  while (target < end) {
    const over = v128.load(target);
    // Most is all head, or all background.
    if (!i32x4.all_true(i32x4.eq(v128.or(over, colours), i32x4.splat(-1)))) {
      const under = v128.load(behind);
      const alpha = v128.shuffle<u8>(over, over, 3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15);
      const low = mixed(i16x8.extend_low_i8x16_u(over), i16x8.extend_low_i8x16_u(under), i16x8.extend_low_i8x16_u(alpha));
      const high = mixed(i16x8.extend_high_i8x16_u(over), i16x8.extend_high_i8x16_u(under), i16x8.extend_high_i8x16_u(alpha));
      // How much of it is head stays known.
      v128.store(target, v128.bitselect(i8x16.narrow_i16x8_u(low, high), over, colours));
    }
    target += 16;
    behind += 16;
  }
}
