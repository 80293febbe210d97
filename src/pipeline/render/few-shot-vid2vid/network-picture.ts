import type { Texture } from '../warp/texture.ts';
import { KERNEL_MEMORY_START, kernelMemory } from '../warp/warp-kernel.io.ts';
import { fewShotKernel } from './few-shot-kernel.io.ts';
import { FIELD, FIELD_SIDE, NETWORK_PICTURE_BYTES, NETWORK_SIDE } from './network-shape.ts';

/**
 * A picture as the network sees it: each place the average of what the picture shows there.
 * @param side a multiple of 256; `texels` four bytes a pixel (Y, U, V, unused).
 */
export function networkPicture({ side, texels }: Texture): Uint8Array {
  // A row beyond the picture may be read, not used.
  const memory = kernelMemory(NETWORK_PICTURE_BYTES + texels.byteLength + 16);
  const source = KERNEL_MEMORY_START + NETWORK_PICTURE_BYTES;
  new Uint8Array(memory.buffer).set(texels, source);
  fewShotKernel(memory).reduce(source, side, KERNEL_MEMORY_START);
  return new Uint8Array(memory.buffer, KERNEL_MEMORY_START, NETWORK_PICTURE_BYTES).slice();
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
