/** A texture as it lies in the kernel's memory, with one replicated texel all round. */
export interface PlacedTexture {
  readonly memory: Uint8Array;
  /** Offset of the first texel. */
  readonly at: number;
  readonly side: number;
}

/** Y, U, V of one place, reused by its reader. */
export type Colour = Float32Array;

/** Bilinear; places outside the texture are drawn to its edge. */
export function sampleTexture(
  { memory, at, side }: PlacedTexture,
  x: number,
  y: number,
  out: Colour,
): void {
  const u = Math.min(side - 1, Math.max(0, x));
  const v = Math.min(side - 1, Math.max(0, y));
  const left = Math.floor(u);
  const top = Math.floor(v);
  const fx = u - left;
  const fy = v - top;
  const stride = (side + 2) * 4;
  const p = at + top * stride + left * 4;
  const q = p + stride;
  for (let k = 0; k < 3; k++) {
    const above = memory[p + k]! + (memory[p + k + 4]! - memory[p + k]!) * fx;
    const below = memory[q + k]! + (memory[q + k + 4]! - memory[q + k]!) * fx;
    out[k] = above + (below - above) * fy;
  }
}

/** The picture under the brush: 4 bytes a pixel (Y, U, V, unused). */
export interface Canvas {
  readonly memory: Uint8Array;
  readonly at: number;
  readonly side: number;
  /**
   * A layer that is to be laid over a picture elsewhere: the fourth byte is how much of that a pixel covers, and the others
   * are by as much less. All zeros before anything is painted.
   */
  readonly layer?: true;
}

/** Mixes a colour over a pixel. */
export function mixPixel(
  { memory, at, side, layer }: Canvas,
  x: number,
  y: number,
  colour: Colour,
  alpha: number,
): void {
  const p = at + (y * side + x) * 4;
  for (let k = 0; k < 3; k++) {
    const under = memory[p + k]!;
    memory[p + k] = under + (colour[k]! - under) * alpha + 0.5;
  }
  if (layer) memory[p + 3] = memory[p + 3]! + (255 - memory[p + 3]!) * alpha + 0.5;
}
