import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import { facings } from './face-visibility.ts';
import { BEFORE_EARS } from './mesh-contours.ts';
import { MIRROR_POINTS } from './mirror-points.ts';
import { isSkin, texelsOf } from './skin-texels.ts';
import { strideOf, type TextureLevel } from './texture.ts';
import { textureKernel } from './texture-kernel.io.ts';

/** Points of the far side that show enough of their skin to tell its light, by how squarely they face the camera, and yet are far. */
const SEEN = { from: 0.2, to: 0.6 } as const;
/** How much more squarely their mirror points must: nearer to the middle both are in the same light. */
const SEEN_BETTER = 0.1;
/** Fewer tell of a spot, not of a side. */
const LEAST_POINTS = 5;
/** A side that is darker or brighter by more than these times is no light, but shade within it, or another thing. */
const LUMA_LIMITS = [-0.4, 0.5] as const;
/** The same of a colour, in steps for each of luma. */
const TINT_LIMIT = 0.08;
/** The forehead's upper end and the chin. */
const [FOREHEAD, CHIN] = [10, 152];

/** How the two sides of a face differ in their light, as it grows from the middle of the face out to the near ear. */
export interface MirroredLight {
  /** 0 … 1 at a place of the picture, in sides of it: x · `across[0]` + y · `across[1]` + `across[2]`, beyond that as at its ends. */
  readonly across: readonly [number, number, number];
  /** What the far side has more of Y, U and V, for each step of the near one's luma, where `across` is 1. */
  readonly tint: readonly [number, number, number];
  /** Luma above black of what shows how light colours skin: what is brighter, a shirt or a wall, is coloured no more. */
  readonly brightest: number;
}

/** @param points of a turned face in the texture, x, y, z interleaved, in sides of it. */
export function measureMirroredLight(
  texture: TextureLevel,
  points: Float32Array,
  memory: WebAssembly.Memory,
): MirroredLight {
  const across = acrossOf(points);
  const colourAt = texelsOf(texture, points, memory);
  const facing = new Float32Array(FACE_MESH_POINTS);
  facings(points, facing, new Float64Array(3 * FACE_MESH_POINTS));
  const sums = [0, 0, 0];
  let [squares, count, brightest] = [0, 0, 0];
  for (let far = 0; far < FACE_MESH_POINTS; far++) {
    const near = MIRROR_POINTS[far]!;
    if (!isSkin(far) || facing[far]! < SEEN.from || facing[far]! > SEEN.to) continue;
    if (facing[near]! < facing[far]! + SEEN_BETTER) continue;
    const [own, other] = [colourAt(far), colourAt(near)];
    const share = across[0] * points[3 * near]! + across[1] * points[3 * near + 1]! + across[2];
    const light = Math.min(1, Math.max(0, share)) * (other[0]! - 16);
    for (let k = 0; k < 3; k++) sums[k]! += light * (own[k]! - other[k]!);
    squares += light * light;
    brightest = Math.max(brightest, other[0]! - 16);
    count++;
  }
  if (count < LEAST_POINTS || squares === 0) return { across, tint: [0, 0, 0], brightest };
  const [y, u, v] = sums.map((sum) => sum / squares) as [number, number, number];
  const tinted = (value: number) => Math.min(TINT_LIMIT, Math.max(-TINT_LIMIT, value));
  const luma = Math.min(LUMA_LIMITS[1], Math.max(LUMA_LIMITS[0], y));
  return { across, tint: [luma, tinted(u), tinted(v)], brightest };
}

/** Gives a turned face's texture, in place, the light of its far side: as what that is drawn from. */
export function relight(
  { at, side }: TextureLevel,
  { across: [perX, perY, offset], tint, brightest }: MirroredLight,
  memory: WebAssembly.Memory,
): void {
  // A texel's place is its middle.
  const middle = offset + (perX + perY) / (2 * side);
  textureKernel(memory).relight(
    at,
    strideOf(side),
    side,
    perX / side,
    perY / side,
    middle,
    ...tint,
    brightest,
  );
}

/** From 0 on the line down the middle of the face to 1 at the ear that is farther from it, the near one. */
function acrossOf(points: Float32Array): [number, number, number] {
  const [x, y] = [points[3 * FOREHEAD]!, points[3 * FOREHEAD + 1]!];
  const [downX, downY] = [points[3 * CHIN]! - x, points[3 * CHIN + 1]! - y];
  const away = (ear: number): number =>
    (points[3 * ear]! - x) * downY - (points[3 * ear + 1]! - y) * downX;
  const [right, left] = BEFORE_EARS.map(away) as [number, number];
  const ear = Math.abs(right) > Math.abs(left) ? right : left;
  return [downY / ear, -downX / ear, (y * downX - x * downY) / ear];
}
