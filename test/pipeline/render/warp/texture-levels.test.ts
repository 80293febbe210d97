import { describe, expect, it } from 'vitest';
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
    const { memory, levels } = placeTextures([texture], 15);
    expect(levels[0]!.map(({ side }) => side)).toEqual([64, 32, 16, 8]);
    expect(textureAt(memory, levels[0]![0]!)).toEqual(texture);
    expect(textureAt(memory, levels[0]![1]!)).toEqual(halved(texture));
    expect(textureAt(memory, levels[0]![2]!)).toEqual(halved(halved(texture)));
  });

  it('lie apart, within what they say they take', () => {
    const textures = [noise(16, 1), noise(16, 2)];
    const { memory, end, levels } = placeTextures(textures, 16);
    expect(levels.map(([level]) => textureAt(memory, level!))).toEqual(textures);
    expect(end % 16).toBe(0);
    expect(memory.buffer.byteLength).toBeGreaterThanOrEqual(end);
  });

  it('go on beyond their edges for one texel', () => {
    const texture = noise(8, 3);
    const { memory, levels } = placeTextures([texture], 8);
    const bytes = new Uint8Array(memory.buffer);
    const texel = (x: number, y: number) =>
      bytes.slice(levels[0]![0]!.at + (y * 10 + x) * 4, levels[0]![0]!.at + (y * 10 + x) * 4 + 4);
    expect(texel(-1, -1)).toEqual(texel(0, 0));
    expect(texel(8, 3)).toEqual(texel(7, 3));
    expect(texel(4, 8)).toEqual(texel(4, 7));
  });
});
