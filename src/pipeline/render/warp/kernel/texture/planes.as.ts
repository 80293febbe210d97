// A plane is side² f32, row after row.

/** A plane at half its side, each pixel the mean of four. The half is a multiple of 4. */
export function halvePlane(plane: usize, side: i32, target: usize): void {
  const quarter = f32x4.splat(0.25);
  const line = <usize>side * 4;
  for (let y = 0; y < side; y += 2) {
    let p = plane + <usize>y * line;
    const end = p + line;
    for (; p < end; p += 32) {
      const q = p + line;
      const left = f32x4.add(v128.load(p), v128.load(q));
      const right = f32x4.add(v128.load(p, 16), v128.load(q, 16));
      const sum = f32x4.add(
        v128.shuffle<f32>(left, right, 0, 2, 4, 6),
        v128.shuffle<f32>(left, right, 1, 3, 5, 7),
      );
      v128.store(target, f32x4.mul(sum, quarter));
      target += 16;
    }
  }
}

/** Makes each of `count` numbers, a multiple of 4, at least so large. */
export function raise(plane: usize, count: i32, least: f32): void {
  const floor = f32x4.splat(least);
  const end = plane + <usize>count * 4;
  for (; plane < end; plane += 16) v128.store(plane, f32x4.max(v128.load(plane), floor));
}

/** Makes 0…1 of `from` … `to`, of what is beyond them, too. `count` is a multiple of 4. */
export function stretch(plane: usize, count: i32, from: f32, to: f32): void {
  const low = f32x4.splat(from);
  const wide = f32x4.splat(to - from);
  const none = f32x4.splat(0);
  const all = f32x4.splat(1);
  const end = plane + <usize>count * 4;
  for (; plane < end; plane += 16) {
    const share = f32x4.div(f32x4.sub(v128.load(plane), low), wide);
    v128.store(plane, f32x4.min(all, f32x4.max(none, share)));
  }
}
