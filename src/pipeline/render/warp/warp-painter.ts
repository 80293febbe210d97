import { FACE_MESH_POINTS_WITH_IRISES } from '../../landmark/landmarks.ts';
import type { AvatarFrame, Px } from '../../picture.ts';
import type { Canvas, PlacedTexture } from './canvas.ts';
import { DrawnMesh } from './drawn-mesh.ts';
import { type RegionWeights, resemblance, settle } from './example-weights.ts';
import { EyeOpenings } from './eye-opening.ts';
import { type FaceFeatures, measureFace } from './face-features.ts';
import { fitHeadMotion, type HeadMotion } from './head-motion.ts';
import { layerExtent } from './layer-extent.ts';
import { SKULL_POINTS } from './mesh-contours.ts';
import { type BaseLayer, MeshFrame } from './mesh-frame.ts';
import { type Layer, MESH_TRIANGLES, MESH_VERTICES, MeshLayers } from './mesh-layers.ts';
import type { MeshPicture } from './mesh-picture.ts';
import { MouthInterior } from './mouth-interior.ts';
import { PainterMemory } from './painter-memory.ts';
import { ShadingPass } from './shading-pass.ts';
import { shutOvershoot } from './shut-openings.ts';
import { Silhouette } from './silhouette.ts';
import { fittingLevel, type TextureSheet, textureSheet } from './texture-sheet.ts';
import type { WarpIdentity } from './warp-identity.ts';
import { type WarpExports, warpKernel } from './warp-kernel.io.ts';

/** Depth of a face's own back-facing triangles behind it, and before what lies around it. */
export const BEHIND = 1_000;
/** Neighbouring nodes of a map that are so many times as far apart in the texture as at rest show different surfaces. */
const SURFACE_REACH = 3;
const ALL_TRIANGLES = MESH_TRIANGLES.length / 3;
const NOTHING_SHOWN = { shown: { mouth: 0, eyes: 0, face: 0 }, turned: 0, face: [1] } as const;

/** How nearly an example shows mouth, eyes and the head's turn, how far the head is turned from all of them: see {@link RegionWeights}. */
export type ShownFace = RegionWeights['shown'] & {
  readonly turned: number;
  /** How far a side of the head is in view that none shows, and that the base's other side stands for, 0…1. */
  readonly side: number;
};

/**
 * Draws a {@link WarpIdentity} with its face in given places: see the engine's own page for the
 * method. Owns a block of the identity's memory, which it draws in and of which a caller may have
 * some for itself; to be closed, so that another can have it.
 */
export class WarpPainter {
  readonly #identity: WarpIdentity;
  readonly #side: number;
  readonly kernel: WarpExports;
  /** Of the examples, then the base's in the light of its far side. */
  readonly #textures: readonly PlacedTexture[];
  /** The picture drawn last. */
  readonly canvas: Canvas;
  readonly memory: WebAssembly.Memory;
  /** Where the caller's own share of the memory starts. */
  readonly spareAt: number;
  readonly #mouth: MouthInterior;
  readonly #eyes: EyeOpenings;
  readonly #textureSide: number;
  /** The face as it was followed last: 478 points, x, y, z interleaved, in sides of the picture. */
  readonly points = new Float32Array(FACE_MESH_POINTS_WITH_IRISES * 3);
  readonly mesh: DrawnMesh;
  readonly #room: PainterMemory;
  readonly #layers: MeshLayers;
  readonly #silhouette: Silhouette;
  readonly #shading: ShadingPass;
  #weights: RegionWeights | undefined;
  #motion: HeadMotion | undefined;
  #face: FaceFeatures | undefined;

  /**
   * @param size side of the picture, even.
   * @param spare bytes of the memory that the caller wants for itself.
   * @throws UnderstudyError `render_size_invalid`, `render_memory_full`
   */
  constructor(identity: WarpIdentity, size: Px, spare = 0) {
    this.#identity = identity;
    this.#side = size;
    const { examples, mirrored } = identity;
    const pyramids = [...examples.map(({ levels }) => levels), ...(mirrored ? [mirrored] : [])];
    const fitting = pyramids.map((levels) => fittingLevel(levels, size));
    this.#textureSide = fitting[0]!.side;
    this.#silhouette = new Silhouette(MESH_TRIANGLES);
    this.memory = identity.memory;
    this.#room = new PainterMemory(this.memory, size, {
      vertices: MESH_VERTICES,
      triangles: MESH_TRIANGLES,
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
    this.#shading = new ShadingPass(identity, this.kernel, size, this.#room.at);
    this.#drawBackdrop();
    this.mesh = new DrawnMesh(this.#room.at.triangles);
  }

  /** Gives its memory back. Nothing of it may be used any more. */
  close(): void {
    this.#room.close();
  }

  /** Forgets which examples were on show, so that the next picture starts with the ones that fit best. */
  reset(): void {
    this.#weights = undefined;
    this.#shading.reset();
  }

  /** What of the face drawn last its examples show, and how far it goes beyond them. */
  get shown(): ShownFace {
    const { shown, turned, face } = this.#weights ?? NOTHING_SHOWN;
    return { ...shown, turned, side: this.#layers.hiddenInView * face[0]! };
  }

  /** Draws the face with its points in the given places; those of lids and lips that passed each other are brought together. */
  draw(given: Float32Array): void {
    this.follow(given);
    this.paint();
  }

  /** Takes in where the points of the face now are. What of the frame is wanted is then painted, or described. */
  follow(given: Float32Array): void {
    const { points } = this;
    points.set(given);
    shutOvershoot(points);
    const { examples } = this.#identity;
    this.#motion = fitHeadMotion(examples[0].points, points, SKULL_POINTS);
    this.#face = measureFace(points);
    this.#weights = settle(
      this.#weights,
      resemblance(
        examples.map(({ features }) => features),
        this.#face,
      ),
    );
    this.#layers.move(points, this.#motion);
    this.#shading.follow(points, this.#motion, this.#weights.face);
    this.mesh.place(points, this.#layers.rings, this.#side, this.#room.places);
  }

  /** Draws the frame that was followed last. */
  paint(): void {
    this.#drawBase();
    for (const [k, layer] of this.#layersOver()) this.#mixIn(k, layer);
    this.#paintOpenings(this.canvas);
    this.#shading.draw();
  }

  /**
   * In place of that, says how it is drawn. What is on the canvas is nothing then.
   * @param frame of this painter's memory: see {@link meshFrame}.
   * @returns undefined where it can only be painted.
   */
  describe(frame: MeshFrame): MeshPicture | undefined {
    const { values } = this.#room;
    this.#showBase(ALL_TRIANGLES);
    frame.begin(this.#baseLayer(this.#writeOutline()), values);
    for (const [k, layer] of this.#layersOver()) frame.over(k, layer, values);
    this.#paintOpenings(frame.canvas);
    return frame.take(this.#room.places, this.#shading.grid);
  }

  /** @param at where `meshFrameBytes` of this painter's memory are free. */
  meshFrame(at: number): MeshFrame {
    const { softenEdges } = this.kernel;
    return new MeshFrame(this.memory, this.#side, this.#room.at, softenEdges, at);
  }

  /** What its pictures are taken from. */
  get sheet(): TextureSheet {
    const { backdrop } = this.#identity;
    return textureSheet(
      this.memory,
      this.#side,
      this.#textures,
      backdrop && this.#room.at.backdrop,
    );
  }

  /** The planes that {@link toFrame} fills. */
  get planes(): AvatarFrame {
    return this.#room.frame;
  }

  /** The canvas as it now is, in planes: the painter's memory, valid until the next call. */
  toFrame(): AvatarFrame {
    const { target, y, u, v } = this.#room.at;
    this.kernel.toPlanes(target, this.#side, y, u, v);
    return this.#room.frame;
  }

  /** The layers over the base example's, each written when it is asked for. */
  *#layersOver(): Generator<[texture: number, layer: Layer]> {
    const { points } = this;
    const { length } = this.#identity.examples;
    const mirrored = this.#layers.mirrored(points);
    if (mirrored) yield [length, mirrored];
    for (let k = 1; k < length; k++) {
      const layer = this.#layers.over(k, points, this.#weights!);
      if (layer) yield [k, layer];
    }
  }

  #paintOpenings(canvas: Canvas): void {
    const { yaw, pitch } = this.#face!;
    this.#mouth.draw(canvas, this.points, this.#motion!, yaw, pitch);
    this.#eyes.draw(canvas, this.points);
  }

  /** Writes what the base example shows, on a map in which all is in its own place. @param weight of that. */
  #showBase(weight: number): void {
    const { at, nodes, values: shown } = this.#room;
    const texels = this.#textureSide;
    this.#layers.base(this.points);
    this.mesh.show(shown, texels);
    this.kernel.resetMap(at.map, nodes, texels / this.#side, weight);
  }

  /** @returns of how many pieces the outline is. */
  #writeOutline(): number {
    return this.#silhouette.write(this.#room.places, this.#room.values, this.#room.pieces);
  }

  #baseLayer(pieces: number): BaseLayer {
    const texels = this.#textureSide;
    return {
      texture: this.#textures[0]!.at,
      stride: (texels + 2) * 4,
      scale: texels / this.#side,
      reach: SURFACE_REACH * ((2 * texels) / this.#side),
      behind: BEHIND,
      pieces,
    };
  }

  #drawBase(): void {
    const { at, nodes } = this.#room;
    const { map, places, values, triangles, target } = at;
    this.#showBase(1);
    this.kernel.rasterise(map, nodes, places, values, triangles, ALL_TRIANGLES, BEHIND);
    const pieces = this.#writeOutline();
    const { texture, stride, scale, reach } = this.#baseLayer(pieces);
    this.kernel.remap(target, this.#side, map, texture, stride, reach);
    this.kernel.softenEdges(target, this.#side, map);
    this.kernel.drawSilhouette(target, this.#side, map, texture, stride, scale, at.pieces, pieces);
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

  /** Mixes a layer of texture `k` over the picture. */
  #mixIn(k: number, layer: Layer): void {
    const { at, nodes, places: standing, values: shown } = this.#room;
    const { map, places, values, triangles, target } = at;
    const texels = this.#textureSide;
    this.kernel.resetMap(map, nodes, texels / this.#side, 0);
    this.kernel.rasterise(map, nodes, places, values, triangles, layer.triangles, BEHIND);
    const { fromX, fromY, toX, toY } = layerExtent(layer, standing, shown, nodes);
    this.kernel.remapOver(
      target,
      this.#side,
      map,
      this.#textures[k]!.at,
      (texels + 2) * 4,
      fromX,
      fromY,
      toX,
      toY,
    );
  }
}
