// Blurs a plane of numbers by a symmetric kernel, first along rows, then along columns, in AssemblyScript.
// Memory belongs to the caller, who passes byte offsets, and sees to it that the plane is zero for `radius` cells around
// its middle and that three numbers more may be written behind each of the two planes.

/** Four sums at a time: of each number and those `step` bytes, twice `step` bytes … before and after it. */
function pass(from: usize, to: usize, end: usize, step: usize, taps: usize, radius: i32): void {
  const middle = v128.load32_splat(taps);
  for (; from < end; from += 16, to += 16) {
    let sum = f32x4.mul(middle, v128.load(from));
    let reach = step;
    for (let k = 1; k <= radius; k++) {
      const pair = f32x4.add(v128.load(from - reach), v128.load(from + reach));
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(taps + (<usize>k << 2)), pair));
      reach += step;
    }
    v128.store(to, sum);
  }
}

/** `taps`: the kernel's middle and its radius numbers to one side. `rows` is a plane of the same size to work in. */
export function blur(
  plane: usize,
  rows: usize,
  width: i32,
  height: i32,
  taps: usize,
  radius: i32,
): void {
  const row = <usize>width << 2;
  const margin = <usize>radius << 2;
  const size = row * <usize>height;
  pass(plane + margin, rows + margin, plane + size - margin, 4, taps, radius);
  const rowsMargin = row * <usize>radius;
  pass(rows + rowsMargin, plane + rowsMargin, rows + size - rowsMargin, row, taps, radius);
}
