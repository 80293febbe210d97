import type { Px } from '../../picture.ts';
import type { TextureLevel } from './texture.ts';
import { TEXTURE_SIDE, TOO_WIDE } from './warp-identity.ts';

/** What pictures of one side are drawn from: an identity's textures as far as they serve it, and what is behind its head. */
export interface TextureSheet {
  /** Of the pictures. */
  readonly side: Px;
  /** Of the textures, each with one texel around it. */
  readonly texels: Px;
  readonly count: number;
  /** Its texels, four bytes each, row after row: the caller's copy. */
  texture(index: number): Uint8Array;
  /** The same of the backdrop, which is as large as the pictures; black where nothing is known of one. */
  backdrop(): Uint8Array;
}

/**
 * @param levels one of each texture, of one side, in `memory`: of the examples, then the base's in the light of its far side, if there is one.
 * @param backdropAt where a picture of it lies; none of it where left out.
 */
export function textureSheet(
  memory: WebAssembly.Memory,
  side: Px,
  levels: readonly TextureLevel[],
  backdropAt?: number,
): TextureSheet {
  const texels = levels[0]!.side + 2;
  const copy = (at: number, bytes: number): Uint8Array =>
    new Uint8Array(memory.buffer, at, bytes).slice();
  return {
    side,
    texels,
    count: levels.length,
    // A level's offset is that of its first own texel: one row and one texel on.
    texture: (index) => copy(levels[index]!.at - (texels + 1) * 4, texels ** 2 * 4),
    backdrop: () =>
      backdropAt === undefined ? new Uint8Array(side ** 2 * 4) : copy(backdropAt, side ** 2 * 4),
  };
}

/** Bytes of all of it. */
export const sheetBytes = ({ side, texels, count }: TextureSheet): number =>
  4 * (count * texels ** 2 + side ** 2);

/** How many texels its textures have along a side, with the one around: whosever they are. */
export function sheetTexels(side: Px): Px {
  let texels = TEXTURE_SIDE;
  while (texels >= TOO_WIDE * side) texels /= 2;
  return texels + 2;
}

/** Of a texture's levels the largest that does not alias in a picture of this side. */
export function fittingLevel(levels: readonly TextureLevel[], side: Px): TextureLevel {
  return levels.find((level) => level.side < TOO_WIDE * side) ?? levels.at(-1)!;
}
