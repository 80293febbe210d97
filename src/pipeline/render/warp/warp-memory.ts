import { KERNEL_MEMORY_START } from './warp-kernel.io.ts';

/** Bump allocation, 16-byte aligned, from an offset on. */
export function allocator(from = KERNEL_MEMORY_START): {
  take(bytes: number): number;
  /** Offset behind all that was taken. */
  readonly end: number;
} {
  let end = from;
  return {
    take(bytes) {
      const at = end;
      end += (bytes + 15) & ~15;
      return at;
    },
    get end() {
      return end;
    },
  };
}
