import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import { REGION_MASKS } from './face-mesh.ts';
import { strideOf, type TextureLevel } from './texture.ts';
import { textureKernel } from './texture-kernel.io.ts';

/** Shifts beyond this are another picture, not another light. */
const SHIFT_LIMIT = 24;
/** Points count as skin where they belong to mouth and eyes by less than this. */
const SKIN_BELOW = 0.6;

/** Mean Y, U, V of the skin: away from outline, mouth and eyes, where pictures differ for other reasons. */
function skinOf(
  { at, side }: TextureLevel,
  points: Float32Array,
  memory: WebAssembly.Memory,
): readonly number[] {
  const bytes = new Uint8Array(memory.buffer);
  const sum = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < FACE_MESH_POINTS; i++) {
    if (REGION_MASKS.inside[i]! < 1) continue;
    if (REGION_MASKS.mouth[i]! > SKIN_BELOW || REGION_MASKS.eyes[i]! > SKIN_BELOW) continue;
    const x = Math.min(side - 1, Math.max(0, Math.round(points[3 * i]! * side - 0.5)));
    const y = Math.min(side - 1, Math.max(0, Math.round(points[3 * i + 1]! * side - 0.5)));
    for (let k = 0; k < 3; k++) sum[k]! += bytes[at + y * strideOf(side) + x * 4 + k]!;
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
