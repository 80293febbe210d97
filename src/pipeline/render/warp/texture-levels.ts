import { halved, type Texture } from './texture.ts';
import { kernelMemory } from './warp-kernel.io.ts';
import { allocator } from './warp-memory.ts';

/** A texture in the kernels' memory, with one replicated texel all round. */
export interface TextureLevel {
  /** Offset of the first texel. */
  readonly at: number;
  readonly side: number;
}

/** Textures where the kernels read them, each also at half its side, a quarter, and so on. */
export interface PlacedTextures {
  /** Shared between threads; the textures in it are only read. */
  readonly memory: WebAssembly.Memory;
  /** Offset behind the textures, a multiple of 16. */
  readonly end: number;
  /** Of each texture, the largest first. */
  readonly levels: readonly (readonly TextureLevel[])[];
}

/**
 * Lays textures out once for all who will draw them: tens of milliseconds for some of 1024², which
 * no session should wait for.
 * @param leastSide a level as small as this, or smaller by less than half, is the last one.
 */
export function placeTextures(textures: readonly Texture[], leastSide: number): PlacedTextures {
  const pyramids = textures.map((texture) => {
    const pyramid = [texture];
    for (let last = texture; last.side > leastSide; pyramid.push(last)) last = halved(last);
    return pyramid;
  });
  const space = allocator();
  const places = pyramids.map((pyramid) =>
    // A row beyond the last may be read, not used.
    pyramid.map(({ side }) => space.take((side + 2) ** 2 * 4 + 16)),
  );
  const { end } = space;
  const memory = kernelMemory(end);
  const bytes = new Uint8Array(memory.buffer);
  const levels = pyramids.map((pyramid, k) =>
    pyramid.map((texture, level) => ({
      at: place(bytes, places[k]![level]!, texture),
      side: texture.side,
    })),
  );
  return { memory, end, levels };
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
