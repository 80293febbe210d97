import type { Texture } from './texture.ts';
import { KERNEL_MEMORY_START } from './warp-kernel.io.ts';

/** Bump allocation of the kernel's memory, 16-byte aligned. */
export function allocator(): { take(bytes: number): number; readonly used: number } {
  let next = KERNEL_MEMORY_START;
  return {
    take(bytes) {
      const at = next;
      next += (bytes + 15) & ~15;
      return at;
    },
    get used() {
      return next - KERNEL_MEMORY_START;
    },
  };
}

/** Copies a texture with one replicated texel around it; returns the offset of its first own texel. */
export function placeTexture(memory: Uint8Array, at: number, { side, texels }: Texture): number {
  const stride = (side + 2) * 4;
  for (let y = -1; y <= side; y++) {
    const row = Math.min(side - 1, Math.max(0, y)) * side * 4;
    const to = at + (y + 1) * stride;
    memory.set(texels.subarray(row, row + side * 4), to + 4);
    memory.set(texels.subarray(row, row + 4), to);
    memory.set(texels.subarray(row + side * 4 - 4, row + side * 4), to + (side + 1) * 4);
  }
  return at + stride + 4;
}
