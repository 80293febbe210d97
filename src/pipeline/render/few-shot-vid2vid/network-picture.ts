import { KernelSpace } from '../warp/kernel-space.ts';
import type { Texture } from '../warp/texture.ts';
import { fewShotKernel } from './few-shot-kernel.io.ts';
import { FIELD, FIELD_SIDE, NETWORK_PICTURE_BYTES, NETWORK_SIDE } from './network-shape.ts';

/**
 * A picture as the network sees it: each place the average of what the picture shows there.
 * @param texture its side a multiple of 256; four bytes a texel (Y, U, V, unused).
 * @param memory where the kernel works meanwhile.
 * @throws UnderstudyError `render_memory_full`
 */
export function networkPicture({ side, texels }: Texture, memory: WebAssembly.Memory): Uint8Array {
  const space = new KernelSpace(memory);
  // A row beyond the picture may be read, not used.
  const block = space.take(NETWORK_PICTURE_BYTES + texels.byteLength + 16);
  const source = block.at + NETWORK_PICTURE_BYTES;
  new Uint8Array(memory.buffer).set(texels, source);
  fewShotKernel(memory).reduce(source, side, block.at);
  const picture = new Uint8Array(memory.buffer, block.at, NETWORK_PICTURE_BYTES).slice();
  space.give(block);
  return picture;
}

/** The same as six planes of 128²: Y split by the parity of row and column (2 · row + column), U, V. */
export function picturePlanes(picture: Uint8Array): Uint8Array {
  const planes = picture.slice();
  for (let y = 0; y < NETWORK_SIDE; y++) {
    for (let x = 0; x < NETWORK_SIDE; x++) {
      const channel = 2 * (y & 1) + (x & 1);
      planes[channel * FIELD + (y >> 1) * FIELD_SIDE + (x >> 1)] = picture[y * NETWORK_SIDE + x]!;
    }
  }
  return planes;
}
