/** Bump allocation, 16-byte aligned, from an offset on. */
export function allocator(from: number): {
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
