import { KernelSpace } from './kernel-space.ts';
import { copyTexture, strideOf, type TextureLevel } from './texture.ts';
import { textureKernel } from './texture-kernel.io.ts';

/** Pixels from a person, of their plane's, in which some of them may still be seen. */
const FRINGE = 2;
/** Less of a person than this in such a neighbourhood is none. */
const NOBODY = 0.02;
/** Bytes of a pixel of a level: Y, U, V and how much is known of them. */
const PIXEL = 16;

/**
 * Draws what is behind a person: the picture where nobody stands before it, and where somebody does, what surrounds them
 * drawn smoothly together (pull and push over levels of half the side each: Gortler et al., "The Lumigraph", 1996).
 * @param texture of the picture; @param person shares of it, in the kernels' memory, their side, a power of two, a
 * power of two times in the texture's.
 * @param out of the texture's side; covers everything.
 * @throws UnderstudyError `render_memory_full`
 */
export function drawBackdrop(
  texture: TextureLevel,
  person: Float32Array,
  memory: WebAssembly.Memory,
  out: TextureLevel,
): void {
  const kernel = textureKernel(memory);
  const stride = strideOf(texture.side);
  const side = Math.sqrt(person.length);
  const times = texture.side / side;
  const sides = [side];
  for (let last = side; last > 1; sides.push(last)) last >>= 1;
  new KernelSpace(memory).borrow(
    (room) => ({
      columns: room.take(side * 8),
      near: room.take(person.byteLength),
      levels: sides.map((side) => ({ side, at: room.take(side * side * PIXEL) })),
    }),
    ({ columns, near, levels }) => {
      kernel.boxMean(person.byteOffset, side, FRINGE, columns, near);
      const [first, ...smaller] = levels as [(typeof levels)[0]];
      kernel.takeKnown(texture.at, stride, side, times, near, NOBODY, first.at);
      for (const [k, { at }] of smaller.entries()) kernel.pull(levels[k]!.at, levels[k]!.side, at);
      kernel.normalise(levels.at(-1)!.at);
      for (let k = smaller.length - 1; k >= 0; k--) {
        kernel.push(levels[k]!.at, levels[k]!.side, levels[k + 1]!.at);
      }
      copyTexture(texture, out, memory);
      kernel.coverAll(out.at, stride, out.side);
      kernel.putUnknown(first.at, side, times, near, NOBODY, out.at, stride);
    },
  );
}
