import { UnderstudyError } from '../../../errors.ts';
import { FACE_MESH_POINTS, FACE_MESH_POINTS_WITH_IRISES } from '../../landmark/landmarks.ts';
import type { AvatarFrame, Px } from '../../picture.ts';
import type { Canvas, PlacedTexture } from './canvas.ts';
import { type RegionWeights, resemblance, settle } from './example-weights.ts';
import { EyeOpenings } from './eye-opening.ts';
import { measureFace } from './face-features.ts';
import { FACE_TRIANGLES } from './face-triangles.ts';
import { fitHeadMotion } from './head-motion.ts';
import { surroundTriangles } from './head-surround.ts';
import { SKULL_POINTS } from './mesh-contours.ts';
import { type Layer, MESH_VERTICES, MeshLayers } from './mesh-layers.ts';
import { MouthInterior } from './mouth-interior.ts';
import { PainterMemory } from './painter-memory.ts';
import { shutOvershoot } from './shut-openings.ts';
import { Silhouette } from './silhouette.ts';
import type { TextureLevel } from './texture.ts';
import { OUTPUT_SIDES, TOO_WIDE, type WarpIdentity } from './warp-identity.ts';
import { type WarpExports, warpKernel } from './warp-kernel.io.ts';

/** Depth of a face's own back-facing triangles behind it, and before what lies around it. */
export const BEHIND = 1_000;
/** Neighbouring nodes of a map that are so many times as far apart in the texture as at rest show different surfaces. */
const SURFACE_REACH = 3;
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
  /** The face as it was drawn last: 478 points, x, y, z interleaved, in sides of the picture. */
  readonly points = new Float32Array(FACE_MESH_POINTS_WITH_IRISES * 3);
  readonly mesh: DrawnMesh;
  readonly #room: PainterMemory;
  readonly #layers: MeshLayers;
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
    this.#layers = new MeshLayers(identity, this.#textureSide, this.#room.values);
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
    this.#layers.move(points, motion);
    this.#place(points);
    this.#drawBase(points);
    this.#mixIn(0, this.#layers.mirrored(points));
    for (let k = 1; k < examples.length; k++) {
      this.#mixIn(k, this.#layers.over(k, points, this.#weights));
    }
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
      const from = v < FACE_MESH_POINTS ? points : this.#layers.rings;
      const i = v < FACE_MESH_POINTS ? v : v - FACE_MESH_POINTS;
      this.mesh.places[2 * v] = from[3 * i]!;
      this.mesh.places[2 * v + 1] = from[3 * i + 1]!;
      places[2 * v] = (from[3 * i]! * this.#side - 0.5) / 2;
      places[2 * v + 1] = (from[3 * i + 1]! * this.#side - 0.5) / 2;
    }
  }

  #drawBase(now: Float32Array): void {
    const { at, nodes, values: shown } = this.#room;
    const { map, places, values, triangles, target, pieces } = at;
    const texels = this.#textureSide;
    const { sources, depths } = this.mesh;
    this.#layers.base(now);
    for (let v = 0; v < MESH_VERTICES; v++) {
      sources[2 * v] = (shown[4 * v]! + 0.5) / texels;
      sources[2 * v + 1] = (shown[4 * v + 1]! + 0.5) / texels;
      depths[v] = shown[4 * v + 3]!;
    }
    const stride = (texels + 2) * 4;
    this.kernel.resetMap(map, nodes, texels / this.#side, 1);
    this.kernel.rasterise(map, nodes, places, values, triangles, this.#allTriangles, BEHIND);
    const reach = SURFACE_REACH * ((2 * texels) / this.#side);
    this.kernel.remap(target, this.#side, map, this.#textures[0]!.at, stride, reach);
    this.kernel.softenEdges(target, this.#side, map);
    const count = this.#silhouette.write(this.#room.places, shown, this.#room.pieces);
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

  /** Mixes a layer of the texture of example `k` over the picture. */
  #mixIn(k: number, layer: Layer | undefined): void {
    if (!layer) return;
    const { at, nodes, places: standing } = this.#room;
    const { map, places, values, triangles, target } = at;
    const texels = this.#textureSide;
    let [minX, minY, maxX, maxY] = [nodes, nodes, 0, 0];
    for (let v = 0; v < layer.vertices; v++) {
      minX = Math.min(minX, standing[2 * v]!);
      minY = Math.min(minY, standing[2 * v + 1]!);
      maxX = Math.max(maxX, standing[2 * v]!);
      maxY = Math.max(maxY, standing[2 * v + 1]!);
    }
    const cells = nodes - 1;
    const cell = (value: number): number => Math.min(cells, Math.max(0, value));
    this.kernel.resetMap(map, nodes, texels / this.#side, 0);
    this.kernel.rasterise(map, nodes, places, values, triangles, layer.triangles, BEHIND);
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
