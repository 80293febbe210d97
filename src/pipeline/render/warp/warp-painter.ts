import { UnderstudyError } from '../../../errors.ts';
import { FACE_MESH_POINTS, FACE_MESH_POINTS_WITH_IRISES } from '../../landmark/landmarks.ts';
import type { AvatarFrame, Px } from '../../picture.ts';
import type { Canvas, PlacedTexture } from './canvas.ts';
import { type RegionWeights, resemblance, settle } from './example-weights.ts';
import { EyeOpenings } from './eye-opening.ts';
import { measureFace } from './face-features.ts';
import { OUTLINE_EDGES, REGION_MASKS } from './face-mesh.ts';
import { FACE_TRIANGLES } from './face-triangles.ts';
import { FaceVisibility, facings } from './face-visibility.ts';
import { fitHeadMotion } from './head-motion.ts';
import {
  BESIDE_RINGS,
  moveSurround,
  SPOKES,
  SURROUND_VERTICES,
  type Surround,
  surroundOf,
  surroundTriangles,
} from './head-surround.ts';
import { SKULL_POINTS } from './mesh-contours.ts';
import { MIRROR_POINTS } from './mirror-points.ts';
import { MouthInterior } from './mouth-interior.ts';
import { PainterMemory } from './painter-memory.ts';
import { shutOvershoot } from './shut-openings.ts';
import { Silhouette } from './silhouette.ts';
import type { TextureLevel } from './texture-levels.ts';
import { TurnedSide } from './turned-side.ts';
import { OUTPUT_SIDES, TOO_WIDE, type WarpExample, type WarpIdentity } from './warp-identity.ts';
import { type WarpExports, warpKernel } from './warp-kernel.io.ts';

/** Vertices of the whole mesh: the face's points, then those of the rings around it. */
export const MESH_VERTICES = FACE_MESH_POINTS + SURROUND_VERTICES;
/** Those of them that an example may show which is turned: its face, and the rings over ears and hair. */
const SIDE_VERTICES = FACE_MESH_POINTS + BESIDE_RINGS * SPOKES;
const SIDE_TRIANGLES = BESIDE_RINGS * SPOKES * 2;
/** Depths: the face lies before its own back-facing triangles, these before the rings. */
export const BEHIND = 1_000;
const SURROUND_DEPTH = 10_000;
/** Neighbouring nodes of a map that are so many times as far apart in the texture as at rest show different surfaces. */
const SURFACE_REACH = 3;
/** Below this nothing of the base example is hidden that its other side shows. */
const LEAST_MIRRORED = 0.05;
/** And so much of the way towards each: on its other side it runs along ear and hair, which trackers miss by as much. */
const WITHIN = 0.2;
/** A share below this is not worth a pass over the face. */
const LEAST_WEIGHT = 0.015;
const NOTHING_SHOWN = { mouth: 0, eyes: 0 } as const;

/** The whole mesh of one picture that was drawn: the painter's own memory, valid until it draws again. */
export interface DrawnMesh {
  /** x and y of each vertex in the picture, in sides of it. */
  readonly places: Float32Array;
  /** x and y in the base example's picture of what is seen there, in sides of it. */
  readonly sources: Float32Array;
  /** The less, the nearer to the viewer. */
  readonly depths: Float32Array;
  /** Byte offset, in the painter's memory, of three u16 a triangle, and how many triangles there are. */
  readonly triangles: { readonly at: number; readonly count: number };
}

/**
 * Draws a {@link WarpIdentity} with its face in given places: see the engine's own page for the
 * method. Owns a block of the identity's memory, which it draws in and of which a caller may have
 * some for itself; to be closed, so that another can have it.
 */
export class WarpPainter {
  readonly #identity: WarpIdentity;
  readonly #side: number;
  readonly kernel: WarpExports;
  readonly #textures: readonly PlacedTexture[];
  /** The picture drawn last. */
  readonly canvas: Canvas;
  readonly memory: WebAssembly.Memory;
  /** Where the caller's own share of the memory starts. */
  readonly spareAt: number;
  readonly #mouth: MouthInterior;
  readonly #eyes: EyeOpenings;
  readonly #textureSide: number;
  readonly #surround: Surround;
  readonly #visibility: readonly FaceVisibility[];
  readonly #sides: readonly (TurnedSide | undefined)[];
  readonly #facing = new Float32Array(FACE_MESH_POINTS);
  readonly #normals = new Float64Array(FACE_MESH_POINTS * 3);
  /** The face as it was drawn last: 478 points, x, y, z interleaved, in sides of the picture. */
  readonly points = new Float32Array(FACE_MESH_POINTS_WITH_IRISES * 3);
  readonly mesh: DrawnMesh;
  readonly #rings = new Float32Array(SURROUND_VERTICES * 3);
  readonly #room: PainterMemory;
  readonly #faceTriangles = FACE_TRIANGLES.length / 3;
  readonly #allTriangles: number;
  readonly #silhouette: Silhouette;
  #weights: RegionWeights | undefined;

  /**
   * @param size side of the picture, even.
   * @param spare bytes of the memory that the caller wants for itself.
   * @throws UnderstudyError `render_size_invalid`, `render_memory_full`
   */
  constructor(identity: WarpIdentity, size: Px, spare = 0) {
    const { least, most } = OUTPUT_SIDES;
    if (!Number.isInteger(size) || size < least || size > most || size % 2 !== 0) {
      throw new UnderstudyError(
        'render_size_invalid',
        `The output's side must be an even number from ${least} to ${most}, not ${size}.`,
        { value: size, valid: [least, most] },
      );
    }
    this.#identity = identity;
    this.#side = size;
    const fitting = identity.examples.map(({ levels }) => fittingLevel(levels, size));
    this.#textureSide = fitting[0]!.side;
    const triangles = [...FACE_TRIANGLES, ...surroundTriangles(FACE_MESH_POINTS)];
    this.#allTriangles = triangles.length / 3;
    this.#silhouette = new Silhouette(triangles);
    this.memory = identity.memory;
    this.#room = new PainterMemory(this.memory, size, {
      vertices: MESH_VERTICES,
      triangles,
      pieces: this.#silhouette.most,
      backdrop: identity.backdrop !== undefined,
      spare,
    });
    this.canvas = this.#room.canvas;
    this.spareAt = this.#room.at.spare;
    this.kernel = warpKernel(identity.memory);
    const { memory } = this.canvas;
    this.#textures = fitting.map((level) => ({ memory, ...level }));
    this.#mouth = new MouthInterior(identity, this.#textures);
    this.#eyes = new EyeOpenings(identity, this.#textures);
    this.#visibility = identity.examples.map(({ points }) => new FaceVisibility(points));
    this.#surround = surroundOf(identity.examples[0].points);
    this.#sides = identity.examples.map(({ points }, k) =>
      k === 0 ? undefined : TurnedSide.of(identity.examples[0].points, this.#surround, points),
    );
    this.#drawBackdrop();
    this.mesh = {
      places: new Float32Array(MESH_VERTICES * 2),
      sources: new Float32Array(MESH_VERTICES * 2),
      depths: new Float32Array(MESH_VERTICES),
      triangles: { at: this.#room.at.triangles, count: this.#allTriangles },
    };
  }

  /** Gives its memory back. Nothing of it may be used any more. */
  close(): void {
    this.#room.close();
  }

  /** Forgets which examples were on show, so that the next picture starts with the ones that fit best. */
  reset(): void {
    this.#weights = undefined;
  }

  /** How nearly an example other than the base shows the mouth and eyes drawn last, 0…1: see {@link RegionWeights}. */
  get shown(): { readonly mouth: number; readonly eyes: number } {
    return this.#weights?.shown ?? NOTHING_SHOWN;
  }

  /** Draws the face with its points in the given places; those of lids and lips that passed each other are brought together. */
  draw(given: Float32Array): void {
    const { points } = this;
    points.set(given);
    shutOvershoot(points);
    const { examples } = this.#identity;
    const motion = fitHeadMotion(examples[0].points, points, SKULL_POINTS);
    const face = measureFace(points);
    this.#weights = settle(
      this.#weights,
      resemblance(
        examples.map(({ features }) => features),
        face,
      ),
    );
    facings(points, this.#facing, this.#normals);
    moveSurround(this.#surround, motion, examples[0].points, points, this.#rings);
    this.#place(points);
    this.#drawBase(examples[0], points);
    this.#drawMirrored(examples[0], points);
    for (let k = 1; k < examples.length; k++) this.#drawOver(k, examples[k]!, points);
    this.#mouth.draw(this.canvas, points, motion, face.yaw, face.pitch);
    this.#eyes.draw(this.canvas, points);
  }

  /** The canvas as it now is, in planes: the painter's memory, valid until the next call. */
  toFrame(): AvatarFrame {
    const { target, y, u, v } = this.#room.at;
    this.kernel.toPlanes(target, this.#side, y, u, v);
    return this.#room.frame;
  }

  /** Where every vertex stands in the output, in map nodes. */
  #place(points: Float32Array): void {
    const { places } = this.#room;
    for (let v = 0; v < MESH_VERTICES; v++) {
      const from = v < FACE_MESH_POINTS ? points : this.#rings;
      const i = v < FACE_MESH_POINTS ? v : v - FACE_MESH_POINTS;
      this.mesh.places[2 * v] = from[3 * i]!;
      this.mesh.places[2 * v + 1] = from[3 * i + 1]!;
      places[2 * v] = (from[3 * i]! * this.#side - 0.5) / 2;
      places[2 * v + 1] = (from[3 * i + 1]! * this.#side - 0.5) / 2;
    }
  }

  #drawBase({ points }: WarpExample, now: Float32Array): void {
    const { at, nodes, values: out } = this.#room;
    const { map, places, values, triangles, target, pieces } = at;
    const texels = this.#textureSide;
    const { sources, depths } = this.mesh;
    for (let v = 0; v < MESH_VERTICES; v++) {
      const inFace = v < FACE_MESH_POINTS;
      const from = inFace ? points : this.#surround.rest;
      const i = inFace ? v : v - FACE_MESH_POINTS;
      out[4 * v] = from[3 * i]! * texels - 0.5;
      out[4 * v + 1] = from[3 * i + 1]! * texels - 0.5;
      if (inFace) this.#borrow(0, points, v);
      this.#keepInTexture(v);
      out[4 * v + 2] = 1;
      out[4 * v + 3] = inFace ? now[3 * i + 2]! : SURROUND_DEPTH + i;
      sources[2 * v] = (out[4 * v]! + 0.5) / texels;
      sources[2 * v + 1] = (out[4 * v + 1]! + 0.5) / texels;
      depths[v] = out[4 * v + 3]!;
    }
    const stride = (texels + 2) * 4;
    this.kernel.resetMap(map, nodes, texels / this.#side, 1);
    this.kernel.rasterise(map, nodes, places, values, triangles, this.#allTriangles, BEHIND);
    const reach = SURFACE_REACH * ((2 * texels) / this.#side);
    this.kernel.remap(target, this.#side, map, this.#textures[0]!.at, stride, reach);
    this.kernel.softenEdges(target, this.#side, map);
    const count = this.#silhouette.write(this.#room.places, out, this.#room.pieces);
    const scale = texels / this.#side;
    const { at: texture } = this.#textures[0]!;
    this.kernel.drawSilhouette(target, this.#side, map, texture, stride, scale, pieces, count);
    if (this.#identity.backdrop) this.kernel.layOver(target, at.backdrop, this.#side ** 2);
  }

  /** What is behind the head stands still: once for all pictures. */
  #drawBackdrop(): void {
    const { backdrop } = this.#identity;
    if (!backdrop) return;
    const { at, nodes } = this.#room;
    const { at: texture, side } = fittingLevel(backdrop, this.#side);
    this.kernel.resetMap(at.map, nodes, side / this.#side, 1);
    this.kernel.remap(at.backdrop, this.#side, at.map, texture, (side + 2) * 4, 4 * side);
  }

  /** Over what the base example hides the other side of its face, where that is shown: faces are nearly symmetric. */
  #drawMirrored({ points }: WarpExample, now: Float32Array): void {
    const out = this.#room.values;
    const texels = this.#textureSide;
    const visibility = this.#visibility[0]!;
    let most = 0;
    for (let v = 0; v < FACE_MESH_POINTS; v++) {
      const mirror = MIRROR_POINTS[v]!;
      const facing = this.#facing[v]!;
      const weight = Math.max(
        0,
        visibility.missing(v, facing) - visibility.missing(mirror, facing),
      );
      out[4 * v] = points[3 * mirror]! * texels - 0.5;
      out[4 * v + 1] = points[3 * mirror + 1]! * texels - 0.5;
      this.#keepInTexture(v);
      out[4 * v + 2] = weight;
      out[4 * v + 3] = now[3 * v + 2]!;
      most = Math.max(most, weight);
    }
    if (most < LEAST_MIRRORED) return;
    // Its very outline is seen too much aslant to tell: as far as the skin that it bounds.
    for (const [outline, neighbour] of OUTLINE_EDGES) {
      out[4 * outline + 2] = Math.max(out[4 * outline + 2]!, out[4 * neighbour + 2]!);
      for (const k of [4 * outline, 4 * outline + 1])
        out[k]! += WITHIN * (out[k + 4 * (neighbour - outline)]! - out[k]!);
    }
    this.#remapOver(0, FACE_MESH_POINTS, this.#faceTriangles);
  }

  /** Moves a vertex's place in the texture towards skin that example `k` shows; returns how far. */
  #borrow(k: number, points: Float32Array, v: number): number {
    const visibility = this.#visibility[k]!;
    const facing = this.#facing[v]!;
    const missing = visibility.missing(v, facing);
    if (missing > 0) {
      const lender = visibility.lender(v);
      const texels = this.#textureSide;
      const out = this.#room.values;
      const part = missing * visibility.share(v, facing);
      out[4 * v]! += (points[3 * lender]! * texels - 0.5 - out[4 * v]!) * part;
      out[4 * v + 1]! += (points[3 * lender + 1]! * texels - 0.5 - out[4 * v + 1]!) * part;
    }
    return missing;
  }

  /** A face may lie partly beside its picture: what is not there shows the picture's edge. */
  #keepInTexture(v: number): void {
    const out = this.#room.values;
    const end = this.#textureSide - 0.5;
    out[4 * v] = Math.min(end, Math.max(-0.5, out[4 * v]!));
    out[4 * v + 1] = Math.min(end, Math.max(-0.5, out[4 * v + 1]!));
  }

  /** Mixes example `k` over the face, each region as far as it resembles the pose. */
  #drawOver(k: number, { points }: WarpExample, now: Float32Array): void {
    const { face, mouth, eyes } = this.#weights!;
    if (Math.max(face[k]!, mouth[k]!, eyes[k]!) < LEAST_WEIGHT) return;
    const out = this.#room.values;
    const texels = this.#textureSide;
    // Laid over the examples before it, a share of their sum becomes the share of all.
    const share = (weights: Float64Array): number => {
      let sum = 0;
      for (let j = 0; j <= k; j++) sum += weights[j]!;
      return sum > 0 ? weights[k]! / sum : 0;
    };
    const shares = { face: share(face), mouth: share(mouth), eyes: share(eyes) };
    const side = face[k]! < LEAST_WEIGHT ? undefined : this.#sides[k];
    const vertices = side ? SIDE_VERTICES : FACE_MESH_POINTS;
    for (let v = 0; v < vertices; v++) {
      const inFace = v < FACE_MESH_POINTS;
      const i = inFace ? v : v - FACE_MESH_POINTS;
      const from = inFace ? points : side!.rings;
      out[4 * v] = from[3 * i]! * texels - 0.5;
      out[4 * v + 1] = from[3 * i + 1]! * texels - 0.5;
      if (inFace) {
        const missing = this.#borrow(k, points, v);
        const m = REGION_MASKS.mouth[v]!;
        const e = REGION_MASKS.eyes[v]!;
        const inside = side ? side.inside(v) : REGION_MASKS.inside[v]!;
        const mixed = shares.mouth * m + shares.eyes * e + shares.face * (1 - m - e);
        out[4 * v + 2] = (1 - missing) * inside * mixed;
        out[4 * v + 3] = now[3 * v + 2]!;
      } else {
        out[4 * v + 2] = side!.beside(i) * shares.face;
        out[4 * v + 3] = SURROUND_DEPTH + i;
      }
      this.#keepInTexture(v);
    }
    this.#remapOver(k, vertices, this.#faceTriangles + (side ? SIDE_TRIANGLES : 0));
  }

  /** Mixes the texture of example `k` over the picture, by the values of the first vertices and triangles. */
  #remapOver(k: number, vertices: number, count: number): void {
    const { at, nodes, places: standing } = this.#room;
    const { map, places, values, triangles, target } = at;
    const texels = this.#textureSide;
    let [minX, minY, maxX, maxY] = [nodes, nodes, 0, 0];
    for (let v = 0; v < vertices; v++) {
      minX = Math.min(minX, standing[2 * v]!);
      minY = Math.min(minY, standing[2 * v + 1]!);
      maxX = Math.max(maxX, standing[2 * v]!);
      maxY = Math.max(maxY, standing[2 * v + 1]!);
    }
    const cells = nodes - 1;
    const cell = (value: number): number => Math.min(cells, Math.max(0, value));
    this.kernel.resetMap(map, nodes, texels / this.#side, 0);
    this.kernel.rasterise(map, nodes, places, values, triangles, count, BEHIND);
    this.kernel.remapOver(
      target,
      this.#side,
      map,
      this.#textures[k]!.at,
      (texels + 2) * 4,
      cell(Math.floor(minX) - 1),
      cell(Math.floor(minY) - 1),
      cell(Math.ceil(maxX) + 1),
      cell(Math.ceil(maxY) + 1),
    );
  }
}

/** Of a texture's levels the largest that does not alias in a picture of this side. */
function fittingLevel(levels: readonly TextureLevel[], side: Px): TextureLevel {
  return levels.find((level) => level.side < TOO_WIDE * side) ?? levels.at(-1)!;
}
