import type { Picture } from '../../../src/pipeline/picture.ts';
import { newKernelMemory } from '../../../src/pipeline/render/warp/kernel-space.ts';
import {
  drawTexture,
  strideOf,
  type Texture,
  type TextureLevel,
  textureAt,
} from '../../../src/pipeline/render/warp/texture.ts';
import { takeTextures } from '../../../src/pipeline/render/warp/texture-levels.ts';

/** A picture as a texture, out of the kernels' memory. */
export function textureOf(picture: Picture, side: number): Texture {
  const memory = newKernelMemory();
  const [[level]] = takeTextures(1, side, side, memory).levels as [[TextureLevel]];
  drawTexture(picture, level, memory);
  return textureAt(memory, level);
}

/** Puts a texture into room for it. */
export function placeTexture(
  { side, texels }: Texture,
  { at }: TextureLevel,
  memory: WebAssembly.Memory,
): void {
  for (let y = 0; y < side; y++) {
    const row = texels.subarray(y * side * 4, (y + 1) * side * 4);
    new Uint8Array(memory.buffer).set(row, at + y * strideOf(side));
  }
}

/** Textures of one side, placed, without smaller levels. */
export function placed(memory: WebAssembly.Memory, textures: readonly Texture[]): TextureLevel[] {
  const { side } = textures[0]!;
  const { levels } = takeTextures(textures.length, side, side, memory);
  return textures.map((texture, k) => {
    placeTexture(texture, levels[k]![0], memory);
    return levels[k]![0];
  });
}
