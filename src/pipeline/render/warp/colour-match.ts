import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import { isSkin, texelsOf } from './skin-texels.ts';
import { strideOf, type TextureLevel } from './texture.ts';
import { textureKernel } from './texture-kernel.io.ts';

/** Shifts beyond this are another picture, not another light. */
const SHIFT_LIMIT = 24;
/** Mean Y, U, V of the skin. */
function skinOf(
  texture: TextureLevel,
  points: Float32Array,
  memory: WebAssembly.Memory,
): readonly number[] {
  const texelAt = texelsOf(texture, points, memory);
  const sum = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < FACE_MESH_POINTS; i++) {
    if (!isSkin(i)) continue;
    const texel = texelAt(i);
    for (let k = 0; k < 3; k++) sum[k]! += texel[k]!;
    count++;
  }
  return sum.map((value) => value / count);
}

/**
 * Gives an example's texture, in place, the brightness and tint of another, by the mean of the skin:
 * pictures of one person taken in different light then blend unseen. Both lie in the kernels' memory.
 */
export function matchColour(
  texture: TextureLevel,
  points: Float32Array,
  reference: TextureLevel,
  referencePoints: Float32Array,
  memory: WebAssembly.Memory,
): void {
  const own = skinOf(texture, points, memory);
  const [y, u, v] = skinOf(reference, referencePoints, memory).map((wanted, k) =>
    Math.round(Math.min(SHIFT_LIMIT, Math.max(-SHIFT_LIMIT, wanted - own[k]!))),
  ) as [number, number, number];
  if (y === 0 && u === 0 && v === 0) return;
  const { at, side } = texture;
  textureKernel(memory).shiftColours(at, strideOf(side), side, y, u, v);
}
