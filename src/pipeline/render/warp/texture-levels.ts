import type { Px } from '../../picture.ts';
import { type KernelBlock, KernelSpace } from './kernel-space.ts';
import { strideOf, type TextureLevel } from './texture.ts';
import { textureKernel } from './texture-kernel.io.ts';
import { allocator } from './warp-memory.ts';

/** Textures where the kernels read them, each also at half its side, a quarter, and so on. */
export interface PlacedTextures {
  /** One for each texture with its levels; the caller's, which gives them back. */
  readonly blocks: readonly KernelBlock[];
  /** Of each texture, the largest first. */
  readonly levels: readonly TextureLevels[];
}

export type TextureLevels = readonly [TextureLevel, ...TextureLevel[]];

/**
 * Takes room for textures that are to be drawn there.
 * @param side of the largest level. @param leastSide a level as small as this, or smaller by less than half, is the last one.
 * @param memory shared between threads, who only read the textures once they are made.
 * @throws UnderstudyError `render_memory_full`
 */
export function takeTextures(
  count: number,
  side: Px,
  leastSide: Px,
  memory: WebAssembly.Memory,
): PlacedTextures {
  const sides = [side];
  for (let last = side; last > leastSide; sides.push(last)) last >>= 1;
  const layOut = (from: number) => {
    const room = allocator(from);
    const levels = sides.map((side) => ({
      // A row beyond the last may be read, not used.
      at: room.take((side + 2) ** 2 * 4 + 16) + strideOf(side) + 4,
      side,
    }));
    return { levels: levels as [TextureLevel, ...TextureLevel[]], bytes: room.end - from };
  };
  const space = new KernelSpace(memory);
  const blocks: KernelBlock[] = [];
  for (let k = 0; k < count; k++) takeOrGiveAll(space, layOut(0).bytes, blocks);
  return { blocks, levels: blocks.map(({ at }) => layOut(at).levels) };
}

/**
 * Makes the smaller levels of the largest, and goes on beyond the edges of all: once for all who will draw them, since it
 * takes milliseconds, which no session should wait for.
 */
export function finishLevels(levels: TextureLevels, memory: WebAssembly.Memory): void {
  const kernel = textureKernel(memory);
  levels.forEach(({ at, side }, k) => {
    const larger = levels[k - 1];
    if (larger) kernel.halve(larger.at, strideOf(larger.side), larger.side, at, strideOf(side));
    kernel.replicateEdges(at, strideOf(side), side);
  });
}

/** Adds a block to those taken; where there is no room, nothing stays taken. */
function takeOrGiveAll(space: KernelSpace, bytes: number, taken: KernelBlock[]): void {
  try {
    taken.push(space.take(bytes));
  } catch (cause) {
    for (const block of taken.splice(0)) space.give(block);
    throw cause;
  }
}
