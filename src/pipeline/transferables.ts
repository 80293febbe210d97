/**
 * The buffers of a plain value, at any depth, each once: what may be handed to another thread
 * instead of being copied. Views that share a buffer keep sharing it there.
 */
export function transferables(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) transferables(inner, found);
  }
  return found;
}
