/** The luma of a texture at half its side, 0…1, each the mean of four, rounded as bytes are. The half is a multiple of 4. */
export function halvedLuma(texels: usize, stride: usize, side: i32, target: usize): void {
  const luma = i32x4.splat(0xff);
  const two = i32x4.splat(2);
  const unit = f32x4.splat(1.0 / 255.0);
  for (let y = 0; y < side; y += 2) {
    let p = texels + <usize>y * stride;
    const end = p + <usize>side * 4;
    for (; p < end; p += 32) {
      const q = p + stride;
      const left = i32x4.add(v128.and(v128.load(p), luma), v128.and(v128.load(q), luma));
      const right = i32x4.add(v128.and(v128.load(p, 16), luma), v128.and(v128.load(q, 16), luma));
      const sum = i32x4.add(
        v128.shuffle<i32>(left, right, 0, 2, 4, 6),
        v128.shuffle<i32>(left, right, 1, 3, 5, 7),
      );
      const mean = i32x4.shr_u(i32x4.add(sum, two), 2);
      v128.store(target, f32x4.mul(f32x4.convert_i32x4_u(mean), unit));
      target += 16;
    }
  }
}

/** Says that all of a texture covers what is behind it. Its side is a multiple of 4. */
export function coverAll(texels: usize, stride: usize, side: i32): void {
  const all = i32x4.splat(0xff000000);
  for (let y = 0; y < side; y++) {
    let p = texels + <usize>y * stride;
    const end = p + <usize>side * 4;
    for (; p < end; p += 16) v128.store(p, v128.or(v128.load(p), all));
  }
}

// @ts-ignore: decorator
@inline
function putCover(texels: usize, stride: usize, cover: v128): void {
  const colours = i32x4.splat(0x00ffffff);
  v128.store(texels, v128.or(v128.and(v128.load(texels), colours), cover));
  const below = texels + stride;
  v128.store(below, v128.or(v128.and(v128.load(below), colours), cover));
}

/** Says by a plane of half its side, 0…1, how much of what is behind a texture it covers. The half is a multiple of 4. */
export function coverDoubled(texels: usize, stride: usize, side: i32, plane: usize): void {
  const all = f32x4.splat(255);
  const round = f32x4.splat(0.5);
  for (let y = 0; y < side; y += 2) {
    let p = texels + <usize>y * stride;
    const end = p + <usize>side * 4;
    for (; p < end; p += 32) {
      const share = i32x4.trunc_sat_f32x4_u(f32x4.add(f32x4.mul(v128.load(plane), all), round));
      const cover = i32x4.shl(share, 24);
      putCover(p, stride, v128.shuffle<i32>(cover, cover, 0, 0, 1, 1));
      putCover(p + 16, stride, v128.shuffle<i32>(cover, cover, 2, 2, 3, 3));
      plane += 16;
    }
  }
}
