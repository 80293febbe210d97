import { KernelSpace } from '../warp/kernel-space.ts';
import { strideOf, type Texture, type TextureLevel } from '../warp/texture.ts';
import { fewShotKernel } from './few-shot-kernel.io.ts';
import { FIELD, FIELD_SIDE, NETWORK_PICTURE_BYTES, NETWORK_SIDE } from './network-shape.ts';

/**
 * A picture as the network sees it: each place the average of what the picture shows there.
 * @param texture its side a multiple of 256; four bytes a texel (Y, U, V, unused).
 * @param memory where the kernel works meanwhile.
 * @throws UnderstudyError `render_memory_full`
 */
export function networkPicture({ side, texels }: Texture, memory: WebAssembly.Memory): Uint8Array {
  return new KernelSpace(memory).borrow(
    (room) => ({
      picture: room.take(NETWORK_PICTURE_BYTES),
      // A row beyond the picture may be read, not used.
      source: room.take(texels.byteLength + 16),
    }),
    ({ picture, source }) => {
      new Uint8Array(memory.buffer).set(texels, source);
      fewShotKernel(memory).reduce(source, side, picture);
      return pictureAt(memory, picture);
    },
  );
}

/** The same of a texture in that memory, three or four times as wide as the network's pictures. */
export function networkPictureOf(texture: TextureLevel, memory: WebAssembly.Memory): Uint8Array {
  return new KernelSpace(memory).borrow(
    (room) => room.take(NETWORK_PICTURE_BYTES),
    (picture) => {
      const { at, side } = texture;
      fewShotKernel(memory).reduceLarge(at, strideOf(side), side, picture);
      return pictureAt(memory, picture);
    },
  );
}

function pictureAt(memory: WebAssembly.Memory, at: number): Uint8Array {
  return new Uint8Array(memory.buffer, at, NETWORK_PICTURE_BYTES).slice();
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
