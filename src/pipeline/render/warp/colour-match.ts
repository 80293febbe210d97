import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import { REGION_MASKS } from './face-mesh.ts';
import type { Texture } from './texture.ts';

/** Shifts beyond this are another picture, not another light. */
const SHIFT_LIMIT = 24;
/** Points count as skin where they belong to mouth and eyes by less than this. */
const SKIN_BELOW = 0.6;
const BLACK = 16;
const MOST = [235, 240, 240] as const;

/** Mean Y, U, V of the skin: away from outline, mouth and eyes, where pictures differ for other reasons. */
function skinOf({ side, texels }: Texture, points: Float32Array): readonly number[] {
  const sum = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < FACE_MESH_POINTS; i++) {
    if (REGION_MASKS.inside[i]! < 1) continue;
    if (REGION_MASKS.mouth[i]! > SKIN_BELOW || REGION_MASKS.eyes[i]! > SKIN_BELOW) continue;
    const x = Math.min(side - 1, Math.max(0, Math.round(points[3 * i]! * side - 0.5)));
    const y = Math.min(side - 1, Math.max(0, Math.round(points[3 * i + 1]! * side - 0.5)));
    for (let k = 0; k < 3; k++) sum[k]! += texels[(y * side + x) * 4 + k]!;
    count++;
  }
  return sum.map((value) => value / count);
}

/**
 * Gives an example's texture, in place, the brightness and tint of another, by the mean of the skin:
 * pictures of one person taken in different light then blend unseen.
 */
export function matchColour(
  texture: Texture,
  points: Float32Array,
  reference: Texture,
  referencePoints: Float32Array,
): void {
  const own = skinOf(texture, points);
  const shift = skinOf(reference, referencePoints).map((wanted, k) =>
    Math.round(Math.min(SHIFT_LIMIT, Math.max(-SHIFT_LIMIT, wanted - own[k]!))),
  );
  if (shift.every((by) => by === 0)) return;
  const { texels } = texture;
  const [luma, blue, red] = shift.map((by, k) => shifted(by, MOST[k]!)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  for (let i = 0; i < texels.length; i += 4) {
    texels[i] = luma[texels[i]!]!;
    texels[i + 1] = blue[texels[i + 1]!]!;
    texels[i + 2] = red[texels[i + 2]!]!;
  }
}

/** What becomes of each byte; one that is not moved stays as it is, whatever it is. */
function shifted(by: number, most: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) =>
    by === 0 ? byte : Math.min(most, Math.max(BLACK, byte + by)),
  );
}
