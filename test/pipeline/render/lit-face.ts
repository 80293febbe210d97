import { unitNormals } from '../../../src/pipeline/render/warp/face-visibility.ts';
import type { Texture } from '../../../src/pipeline/render/warp/texture.ts';

const LIT_SIDE = 128;

/** A texture whose luma at each point of a face is what `light` says, 0…1 in linear light, of where the point faces. */
export function litTexture(
  points: Float32Array,
  light: (x: number, y: number, z: number) => number,
): Texture {
  const texels = new Uint8Array(4 * LIT_SIDE ** 2).fill(128);
  const normals = unitNormals(points);
  for (let v = 0; v < 468; v++) {
    const [x, y] = [points[3 * v]!, points[3 * v + 1]!];
    const at = Math.round(y * LIT_SIDE - 0.5) * LIT_SIDE + Math.round(x * LIT_SIDE - 0.5);
    const bright = light(normals[3 * v]!, normals[3 * v + 1]!, normals[3 * v + 2]!);
    texels[4 * at] = 16 + 219 * Math.max(0, bright) ** (1 / 2.2);
  }
  return { side: LIT_SIDE, texels };
}
