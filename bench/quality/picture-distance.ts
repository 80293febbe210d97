import type { Region } from './region.ts';

/** Peak signal-to-noise ratio of 8-bit samples over a region, in dB; 99 where nothing differs. */
export function psnr(a: Uint8Array, b: Uint8Array, region: Region): number {
  let sum = 0;
  for (const i of region) sum += (a[i]! - b[i]!) ** 2;
  return sum === 0 ? 99 : 10 * Math.log10((255 * 255 * region.length) / sum);
}

/** Side of the blocks SSIM compares; 8 as in its authors' fast form. */
const BLOCK = 8;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/**
 * Structural similarity of two luma planes, mean over the 8×8 blocks that a region touches:
 * Wang et al., "Image quality assessment: from error visibility to structural similarity", 2004.
 */
export function ssim(a: Uint8Array, b: Uint8Array, side: number, region: Region): number {
  const blocks = new Set<number>();
  const perRow = Math.floor(side / BLOCK);
  for (const i of region) {
    const bx = Math.floor((i % side) / BLOCK);
    const by = Math.floor(i / side / BLOCK);
    if (bx < perRow && by < perRow) blocks.add(by * perRow + bx);
  }
  let total = 0;
  for (const block of blocks) {
    const start = Math.floor(block / perRow) * BLOCK * side + (block % perRow) * BLOCK;
    let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
    for (let y = 0; y < BLOCK; y++) {
      for (let i = start + y * side; i < start + y * side + BLOCK; i++) {
        sa += a[i]!;
        sb += b[i]!;
        saa += a[i]! ** 2;
        sbb += b[i]! ** 2;
        sab += a[i]! * b[i]!;
      }
    }
    const n = BLOCK * BLOCK;
    const [ma, mb] = [sa / n, sb / n];
    const [va, vb, cov] = [saa / n - ma * ma, sbb / n - mb * mb, sab / n - ma * mb];
    total += ((2 * ma * mb + C1) * (2 * cov + C2)) / ((ma * ma + mb * mb + C1) * (va + vb + C2));
  }
  return total / Math.max(1, blocks.size);
}

/**
 * How much a picture trembles: mean |next − 2·now + before| of the luma over a region. Steady motion
 * counts little, what comes and goes from frame to frame counts fully.
 */
export function tremor(
  before: Uint8Array,
  now: Uint8Array,
  next: Uint8Array,
  region: Region,
): number {
  let sum = 0;
  for (const i of region) sum += Math.abs(next[i]! - 2 * now[i]! + before[i]!);
  return sum / Math.max(1, region.length);
}

/** Mean distance of two faces' points (x, y, z interleaved) in the picture plane. */
export function keypointDistance(a: Float32Array, b: Float32Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < 3 * count; i += 3) sum += Math.hypot(a[i]! - b[i]!, a[i + 1]! - b[i + 1]!);
  return sum / count;
}
