import { describe, expect, it } from 'vitest';
import { KernelSpace, newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { type Texture, textureAt } from '../../../../src/pipeline/render/warp/texture.ts';
import { finishLevels, takeTextures } from '../../../../src/pipeline/render/warp/texture-levels.ts';
import { seededRandom } from '../../seeded-random.ts';
import { placeTexture } from '../texture-of.ts';

function noise(side: number, seed: number) {
  const random = seededRandom(seed);
  return { side, texels: Uint8Array.from({ length: side * side * 4 }, () => random() * 256) };
}

function placeTextures(textures: readonly Texture[], least: number, memory: WebAssembly.Memory) {
  const placed = takeTextures(textures.length, textures[0]!.side, least, memory);
  placed.levels.forEach((levels, k) => {
    placeTexture(textures[k]!, levels[0], memory);
    finishLevels(levels, memory);
  });
  return placed;
}

/** Each texel the mean of four. */
function halved({ side, texels }: Texture): Texture {
  const half = side / 2;
  return {
    side: half,
    texels: Uint8Array.from({ length: half * half * 4 }, (_, i) => {
      const [x, y] = [(i >> 2) % half, Math.floor((i >> 2) / half)];
      const at = 4 * (2 * y * side + 2 * x) + (i % 4);
      const four = [at, at + 4, at + 4 * side, at + 4 * side + 4];
      return (four.reduce((sum, from) => sum + texels[from]!, 0) + 2) >> 2;
    }),
  };
}

describe('placed textures', () => {
  it('have every level down to the least, each half of the one before', () => {
    const texture = noise(96, 1);
    const memory = newKernelMemory();
    const { levels } = placeTextures([texture], 15, memory);
    expect(levels[0]!.map(({ side }) => side)).toEqual([96, 48, 24, 12]);
    expect(textureAt(memory, levels[0]![0]!)).toEqual(texture);
    expect(textureAt(memory, levels[0]![1]!)).toEqual(halved(texture));
    expect(textureAt(memory, levels[0]![2]!)).toEqual(halved(halved(texture)));
    // Odd sides, too.
    const odd = placeTextures([noise(12, 2)], 2, memory).levels[0]!;
    expect(textureAt(memory, odd[2]!)).toEqual(halved(halved(noise(12, 2))));
  });

  it('lie apart, within what they say they take', () => {
    const textures = [noise(16, 1), noise(16, 2)];
    const memory = newKernelMemory();
    const { blocks, levels } = placeTextures(textures, 16, memory);
    expect(levels.map(([level]) => textureAt(memory, level!))).toEqual(textures);
    const bytes = blocks.reduce((sum, block) => sum + block.bytes, 0);
    expect(new KernelSpace(memory).lent).toEqual({ blocks: 2, bytes });
    levels.forEach(([level], k) => {
      expect(level!.at).toBeGreaterThan(blocks[k]!.at);
      expect(level!.at + 4 * 18 * 16).toBeLessThan(blocks[k]!.at + blocks[k]!.bytes);
    });
  });

  it('take no room where there is none for all of them', () => {
    const memory = newKernelMemory();
    const space = new KernelSpace(memory);
    const texture = noise(16, 1);
    const [room] = placeTextures([texture], 16, memory).blocks;
    const fill = () => {
      for (;;) space.take(16);
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'render_memory_full' }));
    // Now there is room for one.
    space.give(room!);
    const { lent } = space;
    expect(() => placeTextures([texture, texture], 16, memory)).toThrow(
      expect.objectContaining({ code: 'render_memory_full' }),
    );
    expect(space.lent).toEqual(lent);
    expect(placeTextures([texture], 16, memory).blocks).toEqual([room]);
  });

  it('go on beyond their edges for one texel', () => {
    const texture = noise(8, 3);
    const memory = newKernelMemory();
    const { levels } = placeTextures([texture], 8, memory);
    const bytes = new Uint8Array(memory.buffer);
    const texel = (x: number, y: number) =>
      bytes.slice(levels[0]![0]!.at + (y * 10 + x) * 4, levels[0]![0]!.at + (y * 10 + x) * 4 + 4);
    expect(texel(-1, -1)).toEqual(texel(0, 0));
    expect(texel(8, 3)).toEqual(texel(7, 3));
    expect(texel(4, 8)).toEqual(texel(4, 7));
  });
});
