import { REGION_MASKS } from './face-mesh.ts';
import { strideOf, type TextureLevel } from './texture.ts';

/** Points count as skin where they belong to mouth and eyes by less than this. */
const SKIN_BELOW = 0.6;

/** Texels of a level, at most, whose texels are each a patch of skin, not a pore. */
const PATCHES = 128;

/** Of a texture's levels, the largest first, the one to read patches from. */
export function patchLevel(levels: readonly TextureLevel[]): TextureLevel {
  return levels.find(({ side }) => side <= PATCHES) ?? levels.at(-1)!;
}

/** Whether a point of the face is skin: away from outline, mouth and eyes, where pictures differ for other reasons. */
export function isSkin(point: number): boolean {
  const { inside, mouth, eyes } = REGION_MASKS;
  return inside[point]! === 1 && mouth[point]! <= SKIN_BELOW && eyes[point]! <= SKIN_BELOW;
}

/**
 * Reads the texel that lies nearest to a point of the face.
 * @param points x, y, z interleaved, in sides of the texture, which lies in `memory`.
 * @returns for each point a view of its Y, U and V.
 */
export function texelsOf(
  { at, side }: TextureLevel,
  points: Float32Array,
  memory: WebAssembly.Memory,
): (point: number) => Uint8Array {
  const bytes = new Uint8Array(memory.buffer);
  const texel = (place: number) => Math.min(side - 1, Math.max(0, Math.round(place * side - 0.5)));
  return (point) => {
    const p = at + texel(points[3 * point + 1]!) * strideOf(side) + texel(points[3 * point]!) * 4;
    return bytes.subarray(p, p + 3);
  };
}
