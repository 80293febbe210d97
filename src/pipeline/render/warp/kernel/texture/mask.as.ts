/**
 * A mask of bytes at the pixels of a plane, bilinear, 0…1, and 0 beyond it. The mask has `cells` a side; a pixel's
 * width is `cell` of them, and the plane begins `left` and `top` pixels after the first one's centre.
 */
export function sampleMask(
  mask: usize,
  cells: i32,
  left: f32,
  top: f32,
  cell: f32,
  side: i32,
  target: usize,
): void {
  const last = <f32>(cells - 1);
  for (let y = 0; y < side; y++) {
    const v = (<f32>y + 0.5 - top) * cell;
    const outside = v <= 0 || v >= last;
    const row = outside ? 0 : <i32>v;
    const fy = v - <f32>row;
    const upper = mask + <usize>(row * cells);
    for (let x = 0; x < side; x++) {
      const u = (<f32>x + 0.5 - left) * cell;
      let share: f32 = 0;
      if (!outside && u > 0 && u < last) {
        const column = <i32>u;
        const fx = u - <f32>column;
        const p = upper + <usize>column;
        const q = p + <usize>cells;
        const above = <f32>load<u8>(p) * (1 - fx) + <f32>load<u8>(p, 1) * fx;
        const below = <f32>load<u8>(q) * (1 - fx) + <f32>load<u8>(q, 1) * fx;
        share = (above * (1 - fy) + below * fy) / 255;
      }
      store<f32>(target, share);
      target += 4;
    }
  }
}
