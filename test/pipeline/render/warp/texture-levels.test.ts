import { describe, expect, it } from 'vitest';
import { KernelSpace, newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { halved } from '../../../../src/pipeline/render/warp/texture.ts';
import { placeTextures, textureAt } from '../../../../src/pipeline/render/warp/texture-levels.ts';
import { seededRandom } from '../../seeded-random.ts';

function noise(side: number, seed: number) {
  const random = seededRandom(seed);
  return { side, texels: Uint8Array.from({ length: side * side * 4 }, () => random() * 256) };
}

describe('placed textures', () => {
  it('have every level down to the least, each half of the one before', () => {
    const texture = noise(64, 1);
    const memory = newKernelMemory();
    const { levels } = placeTextures([texture], 15, memory);
    expect(levels[0]!.map(({ side }) => side)).toEqual([64, 32, 16, 8]);
    expect(textureAt(memory, levels[0]![0]!)).toEqual(texture);
    expect(textureAt(memory, levels[0]![1]!)).toEqual(halved(texture));
    expect(textureAt(memory, levels[0]![2]!)).toEqual(halved(halved(texture)));
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
