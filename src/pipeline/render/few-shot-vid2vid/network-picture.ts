import { KernelSpace } from '../warp/kernel-space.ts';
import { strideOf, type Texture, type TextureLevel } from '../warp/texture.ts';
import { fewShotKernel } from './few-shot-kernel.io.ts';
import type { Field } from './field.ts';

/**
 * A picture as the network sees it: each place the average of what the picture shows there.
 * @param texture its side a multiple of the field's cells; four bytes a texel (Y, U, V, unused).
 * @param memory where the kernel works meanwhile.
 * @throws UnderstudyError `render_memory_full`
 */
export function networkPicture(
  { side, texels }: Texture,
  field: Field,
  memory: WebAssembly.Memory,
): Uint8Array {
  return new KernelSpace(memory).borrow(
    (room) => ({
      picture: room.take(field.pictureBytes),
      // A row beyond the picture may be read, not used.
      source: room.take(texels.byteLength + 16),
    }),
    ({ picture, source }) => {
      new Uint8Array(memory.buffer).set(texels, source);
      fewShotKernel(field, memory).reduce(source, side, picture);
      return pictureAt(memory, picture, field);
    },
  );
}

/** The same of a texture in that memory, three or four times as wide as the network's pictures. */
export function networkPictureOf(
  texture: TextureLevel,
  field: Field,
  memory: WebAssembly.Memory,
): Uint8Array {
  return new KernelSpace(memory).borrow(
    (room) => room.take(field.pictureBytes),
    (picture) => {
      const { at, side } = texture;
      fewShotKernel(field, memory).reduceLarge(at, strideOf(side), side, picture);
      return pictureAt(memory, picture, field);
    },
  );
}

function pictureAt(memory: WebAssembly.Memory, at: number, field: Field): Uint8Array {
  return new Uint8Array(memory.buffer, at, field.pictureBytes).slice();
}

/** The same as six planes of the field: Y split by the parity of row and column (2 · row + column), U, V. */
export function picturePlanes(picture: Uint8Array, { side, cells, plane }: Field): Uint8Array {
  const planes = picture.slice();
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const channel = 2 * (y & 1) + (x & 1);
      planes[channel * plane + (y >> 1) * cells + (x >> 1)] = picture[y * side + x]!;
    }
  }
  return planes;
}
