import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import { smoothstep } from '../../smoothstep.ts';
import { unitNormals } from './face-visibility.ts';
import { fitHeadMotion, type HeadMotion } from './head-motion.ts';
import { SKULL_POINTS } from './mesh-contours.ts';
import { GAMMA, lightAt, measureSkinLight, type SkinLight } from './skin-light.ts';
import { patchLevel } from './skin-texels.ts';
import type { TextureLevel } from './texture.ts';
import type { WarpIdentity } from './warp-identity.ts';

/** Cells of a shading's grid along a side. */
export const SHADING_CELLS = 32;
export const SHADING_NODES = SHADING_CELLS + 1;
/** A share of brightness that nobody sees. */
export const LEAST_SHADING = 1 / 512;
/** An example with less of the face leaves its light alone. */
const LEAST_WEIGHT = 0.015;
/** How many cells a point's shading reaches: over the gaps between points of a face that fills the picture. */
const REACH = 2.5;
/** Of a node's shading what is none, as a share of one point's: beyond the face's outline it fades within a cell or two. */
const NONE = 0.3;
/** Skin that an example shows aslant, by its cosine, tells less of the light that fell on it; from behind nothing. */
const ASLANT = { from: 0.05, to: 0.3 } as const;
/**
 * Turns, in radians, from which on shading is told, and wholly. A smaller one changes less than a light that was misread
 * would: between a look and the next, cheeks must not breathe.
 */
const TURNED = { from: 0.05, to: 0.21 } as const;
/** Per frame at 30 fps: a turn's shading settles in three frames, which nobody sees, and does not tremble with the tracker. */
const SETTLING = 0.35;
/** No turn of a head makes skin brighter or darker by more than this; beyond, the light was misread. */
const MOST = Math.log(1.5);

interface LitExample {
  readonly light: SkinLight;
  /** Where each point faces in the base example's picture, if the head stood as there; unit length. */
  readonly normals: Float64Array;
  /** Brightness of each point in its own picture. */
  readonly own: Float64Array;
  /** How far each point's skin is seen there, 0…1. */
  readonly seen: Float64Array;
  /** From the base example's head to this one's. */
  readonly turned: Float64Array;
}

/**
 * Light stays where it is when a head turns: what faced the lamp turns away from it. An example's picture has its light painted
 * on; each of its points is made as much brighter or darker as skin in that light is that faces where the point now does (a quotient
 * image: Riklin-Raviv, Shashua, "The Quotient Image", PAMI 23(2), 2001).
 */
export class Shading {
  readonly #examples: readonly LitExample[];
  readonly #sums = new Float64Array(SHADING_NODES ** 2);
  readonly #weights = new Float64Array(SHADING_NODES ** 2);
  readonly #across = new Float64Array(SHADING_NODES);
  /** Of each point, its shading's logarithm, times how far its skin is seen. */
  readonly #gains = new Float64Array(FACE_MESH_POINTS);
  readonly #seen = new Float64Array(FACE_MESH_POINTS);
  #begun = false;

  constructor({ examples, memory }: WarpIdentity) {
    const base = examples[0].points;
    this.#examples = examples.map(({ levels, points }) => {
      const level = patchLevel(levels);
      return litExample(level, points, fitHeadMotion(base, points, SKULL_POINTS), memory);
    });
  }

  /**
   * @param points of a face in the picture, x, y, z interleaved in sides of it. @param motion how its head moved from the base example's.
   * @param weights of the examples, one each.
   * @param out takes by how much the picture is brighter at each node of a grid, row after row: 0.1 for a tenth, of luma above black and of
   * colour above grey.
   */
  follow(
    points: Float32Array,
    { rotation }: HeadMotion,
    weights: Float64Array,
    out: Float32Array,
  ): void {
    const shown = this.#examples.flatMap((example, k) => {
      const trust = weights[k]! < LEAST_WEIGHT ? 0 : trustIn(rotation, example.turned);
      return trust === 0 ? [] : [{ ...example, weight: weights[k]!, trust }];
    });
    const step = this.#begun ? SETTLING : 1;
    this.#begun = true;
    const [gains, seenOf] = [this.#gains, this.#seen];
    let most = 0;
    const rest = 1 - shown.reduce((sum, { weight }) => sum + weight, 0);
    for (let v = 0; v < FACE_MESH_POINTS; v++) {
      let [gain, seen] = [0, rest];
      for (const example of shown) {
        const share = example.weight * example.seen[v]!;
        if (share > 0) gain += share * example.trust * brighter(example, v, rotation);
        seen += share;
      }
      gains[v]! += step * (gain - gains[v]!);
      seenOf[v] = seen;
      most = Math.max(most, Math.abs(gains[v]!));
    }
    if (most < LEAST_SHADING) {
      out.fill(0);
      return;
    }
    this.#sums.fill(0);
    this.#weights.fill(NONE);
    for (let v = 0; v < FACE_MESH_POINTS; v++) {
      this.#spread(points[3 * v]!, points[3 * v + 1]!, seenOf[v]!, gains[v]!);
    }
    for (let i = 0; i < out.length; i++) {
      out[i] = Math.exp(this.#sums[i]! / this.#weights[i]!) - 1;
    }
  }

  /** The next face is shaded at once. */
  reset(): void {
    this.#begun = false;
  }

  /** @param gain its logarithm, times `weight`. */
  #spread(x: number, y: number, weight: number, gain: number): void {
    const [column, row] = [x * SHADING_CELLS, y * SHADING_CELLS];
    const [fromX, toX] = [firstNode(column), lastNode(column)];
    const toY = lastNode(row);
    const [sums, weights, across] = [this.#sums, this.#weights, this.#across];
    for (let i = fromX; i <= toX; i++) across[i] = nearness(i - column);
    for (let j = firstNode(row); j <= toY; j++) {
      const down = nearness(j - row);
      const [more, share] = [down * gain, down * weight];
      for (let i = fromX, at = j * SHADING_NODES + fromX; i <= toX; i++, at++) {
        sums[at]! += across[i]! * more;
        weights[at]! += across[i]! * share;
      }
    }
  }
}

const firstNode = (place: number): number => Math.max(0, Math.ceil(place - REACH));
const lastNode = (place: number): number => Math.min(SHADING_CELLS, Math.floor(place + REACH));
/** What a node takes of a point, by how many cells it is away along an axis. */
const nearness = (cells: number): number => (1 - (cells / REACH) ** 2) ** 2;

/** The logarithm of how much brighter a point is with the head turned from the base example's by a rotation. */
function brighter({ light, normals, own }: LitExample, v: number, r: Float64Array): number {
  const [x, y, z] = [normals[3 * v]!, normals[3 * v + 1]!, normals[3 * v + 2]!];
  const now = lightAt(
    light,
    r[0]! * x + r[1]! * y + r[2]! * z,
    r[3]! * x + r[4]! * y + r[5]! * z,
    r[6]! * x + r[7]! * y + r[8]! * z,
  );
  return Math.min(MOST, Math.max(-MOST, Math.log(now / own[v]!) / GAMMA));
}

/** How far a turn's shading is believed, by the rotations from the base example to the head now and to the example's. */
function trustIn(now: Float64Array, then: Float64Array): number {
  let trace = 0;
  for (let k = 0; k < 9; k++) trace += now[k]! * then[k]!;
  return smoothstep(TURNED.from, TURNED.to, Math.acos(Math.min(1, Math.max(-1, (trace - 1) / 2))));
}

function litExample(
  texture: TextureLevel,
  points: Float32Array,
  { rotation }: HeadMotion,
  memory: WebAssembly.Memory,
): LitExample {
  const normals = unitNormals(points);
  const light = measureSkinLight(texture, points, normals, memory);
  const own = new Float64Array(FACE_MESH_POINTS);
  const seen = new Float64Array(FACE_MESH_POINTS);
  const standing = new Float64Array(3 * FACE_MESH_POINTS);
  for (let v = 0; v < FACE_MESH_POINTS; v++) {
    const [x, y, z] = [normals[3 * v]!, normals[3 * v + 1]!, normals[3 * v + 2]!];
    own[v] = lightAt(light, x, y, z);
    seen[v] = Math.min(1, Math.max(0, (z - ASLANT.from) / (ASLANT.to - ASLANT.from)));
    // The inverse of a rotation is its transpose.
    for (let k = 0; k < 3; k++) {
      standing[3 * v + k] = rotation[k]! * x + rotation[3 + k]! * y + rotation[6 + k]! * z;
    }
  }
  return { light, normals: standing, own, seen, turned: rotation };
}
