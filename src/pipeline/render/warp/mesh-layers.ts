import { FACE_OVAL } from '../../landmark/face-topology.ts';
import { FACE_TRIANGLES } from '../../landmark/face-triangles.ts';
import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import { collarLikeness } from './collar-likeness.ts';
import type { RegionWeights } from './example-weights.ts';
import { REGION_MASKS } from './face-mesh.ts';
import { FaceVisibility, facings } from './face-visibility.ts';
import type { HeadMotion } from './head-motion.ts';
import {
  BESIDE_RINGS,
  moveSurround,
  SPOKES,
  SURROUND_VERTICES,
  type Surround,
  surroundOf,
  surroundTriangles,
  UNDER,
} from './head-surround.ts';
import { MIRRORED_RINGS, MirroredSide, type TurnedBack } from './mirrored-side.ts';
import { patchLevel } from './skin-texels.ts';
import { TurnedSide } from './turned-side.ts';
import type { WarpExample, WarpIdentity } from './warp-identity.ts';

/** Vertices of the whole mesh: the face's points, then those of the rings around it. */
export const MESH_VERTICES = FACE_MESH_POINTS + SURROUND_VERTICES;
/** Three vertices each: the face's, then those of the rings around it, from the face outwards. */
export const MESH_TRIANGLES: readonly number[] = [
  ...FACE_TRIANGLES,
  ...surroundTriangles(FACE_MESH_POINTS),
];
const FACE_TRIANGLE_COUNT = FACE_TRIANGLES.length / 3;
/** Of what lies around the face: behind all of it. */
const SURROUND_DEPTH = 10_000;
/** A share below this is not worth a pass over the face. */
const LEAST_WEIGHT = 0.015;

/** How much of the mesh a layer is drawn with: its first vertices and triangles. */
export interface Layer {
  readonly vertices: number;
  readonly triangles: number;
}

/** The base example's. */
export const WHOLE_MESH: Layer = {
  vertices: MESH_VERTICES,
  triangles: MESH_TRIANGLES.length / 3,
};
/** The face and so many rings around it. */
const layerOf = (rings: number): Layer => ({
  vertices: FACE_MESH_POINTS + rings * SPOKES,
  triangles: FACE_TRIANGLE_COUNT + Math.max(0, rings - 1) * SPOKES * 2,
});
const FACE_LAYER = layerOf(0);
/** Of an example that may show the head's side: its face, and the rings over ears and hair. */
const SIDE_LAYER = layerOf(BESIDE_RINGS);
const MIRRORED_LAYER = layerOf(MIRRORED_RINGS);

/**
 * What the layers of a picture show at the mesh's vertices: the base example all over, the other side of its head where it
 * hides one, each other example over the face. Written as the kernel's map takes it, four numbers a vertex: x and y in
 * the texture, weight, depth.
 */
export class MeshLayers {
  readonly #examples: readonly [WarpExample, ...WarpExample[]];
  readonly #texels: number;
  readonly #values: Float32Array;
  readonly #surround: Surround;
  readonly #visibility: readonly FaceVisibility[];
  readonly #sides: readonly (TurnedSide | undefined)[];
  readonly #across: MirroredSide | undefined;
  /** How far the collar is its own mirror image. */
  readonly #collar: number = 0;
  #back: TurnedBack = { revealed: 0, across: 0 };
  readonly #facing = new Float32Array(FACE_MESH_POINTS);
  readonly #normals = new Float64Array(FACE_MESH_POINTS * 3);
  /** x, y, z of the vertices around the face as they stand now. */
  readonly rings = new Float32Array(SURROUND_VERTICES * 3);

  /** @param texels side of the textures; @param values of all vertices, which every layer writes anew. */
  constructor(identity: WarpIdentity, texels: number, values: Float32Array) {
    const { examples, mirrored, memory } = identity;
    this.#examples = examples;
    this.#texels = texels;
    this.#values = values;
    this.#visibility = examples.map(({ points }) => new FaceVisibility(points));
    const surround = surroundOf(examples[0].points);
    this.#surround = surround;
    this.#across = MirroredSide.of(examples[0].points, surround);
    if (this.#across && mirrored) {
      const levels = { own: patchLevel(examples[0].levels), mirrored: patchLevel(mirrored) };
      this.#collar = collarLikeness(this.#across, surround, levels, memory);
    }
    this.#sides = examples.map(({ points }, k) =>
      k === 0 ? undefined : TurnedSide.of(examples[0].points, surround, points),
    );
  }

  /** Takes a face, x, y, z interleaved in sides of the picture, and how its head moved from the base example's. */
  move(points: Float32Array, motion: HeadMotion): void {
    facings(points, this.#facing, this.#normals);
    if (this.#across) this.#back = this.#across.turnedBack(motion);
    moveSurround(this.#surround, motion, this.#examples[0].points, points, this.rings);
  }

  /** How far a side is in view that the base example hides, 0…1. */
  get hiddenInView(): number {
    return this.#back.revealed * (this.#across?.hides ?? 0);
  }

  /** Writes the base example's layer, which is the whole mesh. @param now the face that was taken. */
  base(now: Float32Array): void {
    const out = this.#values;
    const { points } = this.#examples[0];
    for (let v = 0; v < MESH_VERTICES; v++) {
      const inFace = v < FACE_MESH_POINTS;
      const i = inFace ? v : v - FACE_MESH_POINTS;
      this.#show(v, inFace ? points : this.#surround.rest, i);
      if (inFace) this.#borrow(0, v);
      this.#keepInTexture(v);
      out[4 * v + 2] = 1;
      out[4 * v + 3] = inFace ? now[3 * i + 2]! : SURROUND_DEPTH + i;
    }
    this.#lendSeam();
  }

  /** Where the seam is the oval itself, it shows what that has borrowed. */
  #lendSeam(): void {
    const out = this.#values;
    const { reach } = this.#surround;
    for (let spoke = 0; spoke < SPOKES; spoke++) {
      const share = 1 - Math.min(1, (reach[spoke]! - 1) / UNDER);
      const [v, seam] = [FACE_OVAL[spoke]!, FACE_MESH_POINTS + spoke];
      for (let k = 0; k < 2; k++) {
        const own = out[4 * seam + k]!;
        out[4 * seam + k] = own + (out[4 * v + k]! - own) * share;
      }
    }
  }

  /**
   * Writes the other side of the base example's head where that is hidden and now in view.
   * @returns undefined where nothing is.
   */
  mirrored(now: Float32Array): Layer | undefined {
    const across = this.#across;
    if (!across || this.#back.revealed < LEAST_WEIGHT) return undefined;
    const out = this.#values;
    for (let v = 0; v < MIRRORED_LAYER.vertices; v++) {
      out[4 * v] = across.places[2 * v]! * this.#texels - 0.5;
      out[4 * v + 1] = across.places[2 * v + 1]! * this.#texels - 0.5;
      this.#keepInTexture(v);
      out[4 * v + 2] = across.weight(v, this.#back, this.#collar);
      out[4 * v + 3] =
        v < FACE_MESH_POINTS ? now[3 * v + 2]! : SURROUND_DEPTH + v - FACE_MESH_POINTS;
    }
    return MIRRORED_LAYER;
  }

  /**
   * Writes example `k`, each region as far as it resembles the pose.
   * @returns undefined where that is not worth a pass over the face.
   */
  over(k: number, now: Float32Array, { face, mouth, eyes }: RegionWeights): Layer | undefined {
    if (Math.max(face[k]!, mouth[k]!, eyes[k]!) < LEAST_WEIGHT) return undefined;
    const out = this.#values;
    // Laid over the examples before it, a share of their sum becomes the share of all.
    const share = (weights: Float64Array): number => {
      let sum = 0;
      for (let j = 0; j <= k; j++) sum += weights[j]!;
      return sum > 0 ? weights[k]! / sum : 0;
    };
    const shares = { face: share(face), mouth: share(mouth), eyes: share(eyes) };
    const side = face[k]! < LEAST_WEIGHT ? undefined : this.#sides[k];
    const layer = side ? SIDE_LAYER : FACE_LAYER;
    for (let v = 0; v < layer.vertices; v++) {
      if (v < FACE_MESH_POINTS) {
        this.#show(v, this.#examples[k]!.points, v);
        const missing = this.#borrow(k, v);
        const m = REGION_MASKS.mouth[v]!;
        const e = REGION_MASKS.eyes[v]!;
        const inside = side ? side.inside(v) : REGION_MASKS.inside[v]!;
        const mixed = shares.mouth * m + shares.eyes * e + shares.face * (1 - m - e);
        out[4 * v + 2] = (1 - missing) * inside * mixed;
        out[4 * v + 3] = now[3 * v + 2]!;
      } else {
        const i = v - FACE_MESH_POINTS;
        this.#show(v, side!.rings, i);
        out[4 * v + 2] = side!.beside(i) * shares.face;
        out[4 * v + 3] = SURROUND_DEPTH + i;
      }
      this.#keepInTexture(v);
    }
    return layer;
  }

  /** A vertex shows the place of point `i`, in sides of its picture. */
  #show(v: number, points: Float32Array, i: number): void {
    this.#values[4 * v] = points[3 * i]! * this.#texels - 0.5;
    this.#values[4 * v + 1] = points[3 * i + 1]! * this.#texels - 0.5;
  }

  /** Moves a vertex's place in the texture towards skin that example `k` shows; returns how far. */
  #borrow(k: number, v: number): number {
    const visibility = this.#visibility[k]!;
    const facing = this.#facing[v]!;
    const missing = visibility.missing(v, facing);
    if (missing > 0) {
      const { points } = this.#examples[k]!;
      const lender = visibility.lender(v);
      const out = this.#values;
      const part = missing * visibility.share(v, facing);
      out[4 * v]! += (points[3 * lender]! * this.#texels - 0.5 - out[4 * v]!) * part;
      out[4 * v + 1]! += (points[3 * lender + 1]! * this.#texels - 0.5 - out[4 * v + 1]!) * part;
    }
    return missing;
  }

  /** A face may lie partly beside its picture: what is not there shows the picture's edge. */
  #keepInTexture(v: number): void {
    const out = this.#values;
    const end = this.#texels - 0.5;
    out[4 * v] = Math.min(end, Math.max(-0.5, out[4 * v]!));
    out[4 * v + 1] = Math.min(end, Math.max(-0.5, out[4 * v + 1]!));
  }
}
