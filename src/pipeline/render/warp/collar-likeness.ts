import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import { smoothstep } from '../../smoothstep.ts';
import { SPOKES, type Surround } from './head-surround.ts';
import type { MirroredSide } from './mirrored-side.ts';
import { texelsOf } from './skin-texels.ts';
import type { TextureLevel } from './texture.ts';

/** Rings on which a mirrored collar meets the picture's own: where it ends, and one farther out. */
const RINGS = [4, 5] as const;
/** Spokes that lead down from the face: those of the jaw and the chin. */
const SPOKES_BELOW = { from: 12, to: 24 } as const;
/**
 * Steps of Y, U and V together by which the two differ, on average, from and to which they are not alike. The cast, who face the
 * camera with their shoulders, have 15 to 67; people whose shoulders are aslant, or who wear a scarf to one side, 85 and more.
 */
const UNLIKE = { from: 67, to: 82 } as const;

/**
 * How far the collar and shoulders of a turned head are their own mirror image about it, 0…1: a collar that is not would float
 * beside a mirrored neck.
 * @param own of its textures, of few texels; @param mirrored the same in the light of the other side.
 */
export function collarLikeness(
  side: MirroredSide,
  { rest }: Surround,
  { own, mirrored }: { own: TextureLevel; mirrored: TextureLevel },
  memory: WebAssembly.Memory,
): number {
  const places = new Float32Array((3 * side.places.length) / 2);
  side.places.forEach((place, k) => {
    places[3 * (k >> 1) + (k & 1)] = place;
  });
  const [ownAt, mirroredAt] = [texelsOf(own, rest, memory), texelsOf(mirrored, places, memory)];
  let [sum, count] = [0, 0];
  for (const ring of RINGS) {
    for (let spoke = SPOKES_BELOW.from; spoke <= SPOKES_BELOW.to; spoke++) {
      const v = ring * SPOKES + spoke;
      const other = mirroredAt(FACE_MESH_POINTS + v);
      ownAt(v).forEach((value, k) => {
        sum += Math.abs(value - other[k]!);
      });
      count++;
    }
  }
  return 1 - smoothstep(UNLIKE.from, UNLIKE.to, sum / count);
}
