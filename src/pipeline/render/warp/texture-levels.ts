import { type KernelBlock, KernelSpace } from './kernel-space.ts';
import { halved, type Texture } from './texture.ts';
import { allocator } from './warp-memory.ts';

/** A texture in the kernels' memory, with one replicated texel all round. */
export interface TextureLevel {
  /** Offset of the first texel. */
  readonly at: number;
  readonly side: number;
}

/** Textures where the kernels read them, each also at half its side, a quarter, and so on. */
export interface PlacedTextures {
  /** One for each texture with its levels; the caller's, which gives them back. */
  readonly blocks: readonly KernelBlock[];
  /** Of each texture, the largest first. */
  readonly levels: readonly (readonly TextureLevel[])[];
}

/**
 * Lays textures out once for all who will draw them: tens of milliseconds for some of 1024², which
 * no session should wait for.
 * @param leastSide a level as small as this, or smaller by less than half, is the last one.
 * @param memory shared between threads; the textures in it are only read.
 * @throws UnderstudyError `render_memory_full`
 */
export function placeTextures(
  textures: readonly Texture[],
  leastSide: number,
  memory: WebAssembly.Memory,
): PlacedTextures {
  const pyramids = textures.map((texture) => {
    const pyramid = [texture];
    for (let last = texture; last.side > leastSide; pyramid.push(last)) last = halved(last);
    return pyramid;
  });
  const space = new KernelSpace(memory);
  const blocks: KernelBlock[] = [];
  const levels = pyramids.map((pyramid) => {
    const layOut = (from: number) => {
      const room = allocator(from);
      // A row beyond the last may be read, not used.
      const places = pyramid.map(({ side }) => room.take((side + 2) ** 2 * 4 + 16));
      return { places, bytes: room.end - from };
    };
    const block = takeOrGiveAll(space, layOut(0).bytes, blocks);
    const { places } = layOut(block.at);
    const bytes = new Uint8Array(memory.buffer);
    return pyramid.map((texture, level) => ({
      at: place(bytes, places[level]!, texture),
      side: texture.side,
    }));
  });
  return { blocks, levels };
}

/** Adds a block to those taken; where there is no room, nothing stays taken. */
function takeOrGiveAll(space: KernelSpace, bytes: number, taken: KernelBlock[]): KernelBlock {
  try {
    const block = space.take(bytes);
    taken.push(block);
    return block;
  } catch (cause) {
    for (const block of taken.splice(0)) space.give(block);
    throw cause;
  }
}

/** A copy of one texture, without the texels around it. */
export function textureAt(memory: WebAssembly.Memory, { at, side }: TextureLevel): Texture {
  const bytes = new Uint8Array(memory.buffer);
  const texels = new Uint8Array(side * side * 4);
  for (let y = 0; y < side; y++) {
    const row = at + y * (side + 2) * 4;
    texels.set(bytes.subarray(row, row + side * 4), y * side * 4);
  }
  return { side, texels };
}

/** Copies a texture with one replicated texel around it; returns the offset of its first own texel. */
function place(memory: Uint8Array, at: number, { side, texels }: Texture): number {
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
