import { type MeshFrameExports, meshFrameKernel } from '../warp/mesh-frame-kernel.io.ts';
import { MESH_VERTICES } from '../warp/mesh-layers.ts';
import { BEHIND, type WarpPainter } from '../warp/warp-painter.ts';
import type { FewShotExports } from './few-shot-kernel.io.ts';
import type { Field } from './field.ts';
import { DISPLACEMENT_SCALE } from './network-shape.ts';

/** The same for whoever draws the fields itself, beside the mesh. Views, valid until the next frame. */
export interface DescribedMotion {
  /** x and y of the vertices in the picture before, in sides of it. */
  readonly before: Float32Array;
  /** The triangle that each cell of the field shows, one beyond those of the mesh for none: all lower bytes, then all upper ones. */
  readonly cells: Uint8Array;
}

/** Where in the painter's memory {@link MeshMotion} works; `field` is one node longer than it. */
export interface MeshMotionMemory {
  readonly field: number;
  readonly places: number;
  readonly values: number;
}

/** Bytes of each part of {@link MeshMotionMemory}. */
export const meshMotionBytes = ({
  plane,
}: Field): Readonly<Record<keyof MeshMotionMemory, number>> => ({
  field: (plane + 1) * 16,
  places: MESH_VERTICES * 8,
  values: MESH_VERTICES * 16,
});

/**
 * How the mesh of the face and its surround stands to other times, in the cells of the network's field:
 * to the base example (displacement) and to the picture drawn before (flow).
 */
export class MeshMotion {
  readonly #painter: WarpPainter;
  readonly #field: Field;
  readonly #kernel: FewShotExports;
  readonly #numbers: MeshFrameExports;
  readonly #memory: MeshMotionMemory;
  readonly #places: Float32Array;
  readonly #values: Float32Array;
  /** Where the vertices stood in the picture before, in sides of it. */
  readonly #before = new Float32Array(MESH_VERTICES * 2);

  /** @param kernel of that field. */
  constructor(
    painter: WarpPainter,
    field: Field,
    kernel: FewShotExports,
    memory: MeshMotionMemory,
  ) {
    this.#painter = painter;
    this.#field = field;
    this.#kernel = kernel;
    this.#numbers = meshFrameKernel(painter.memory);
    this.#memory = memory;
    const { buffer } = painter.memory;
    this.#places = new Float32Array(buffer, memory.places, MESH_VERTICES * 2);
    this.#values = new Float32Array(buffer, memory.values, MESH_VERTICES * 4);
  }

  /** Takes in the mesh as the painter drew it last. Before the other calls for a picture. */
  place(): void {
    const { places, depths } = this.#painter.mesh;
    const { cells } = this.#field;
    for (let i = 0; i < places.length; i++) this.#places[i] = places[i]! * cells - 0.5;
    for (let v = 0; v < MESH_VERTICES; v++) this.#values[4 * v + 3] = depths[v]!;
  }

  /** (place in the base example − own place) × {@link DISPLACEMENT_SCALE}, in sides; x then y at `target`. */
  displacement(target: number): void {
    this.#draw(this.#painter.mesh.sources, DISPLACEMENT_SCALE, target);
  }

  /** (place in the picture before − own place), in sides; x then y at `target`. */
  flow(target: number): void {
    this.#draw(this.#before, 1, target);
  }

  /** What both are drawn from. @param still whether there is no picture before. @param target of two bytes a cell. */
  describe(still: boolean, target: number): DescribedMotion {
    const { places, triangles } = this.#painter.mesh;
    const { field, places: at, values } = this.#memory;
    const { cells, plane } = this.#field;
    const { count } = triangles;
    this.#painter.kernel.resetMap(field, cells, 1, count);
    this.#numbers.rasteriseNumbered(field, cells, at, values, triangles.at, count, BEHIND);
    this.#numbers.numberNodes(field, plane, target);
    return {
      before: still ? places : this.#before,
      cells: new Uint8Array(this.#painter.memory.buffer, target, 2 * plane),
    };
  }

  /** The mesh as it now stands is the one before, for the next picture. */
  keep(): void {
    this.#before.set(this.#painter.mesh.places);
  }

  #draw(elsewhere: Float32Array, scale: number, target: number): void {
    const { places, triangles } = this.#painter.mesh;
    const values = this.#values;
    for (let v = 0; v < MESH_VERTICES; v++) {
      values[4 * v] = elsewhere[2 * v]! - places[2 * v]!;
      values[4 * v + 1] = elsewhere[2 * v + 1]! - places[2 * v + 1]!;
    }
    const { field, places: at, values: from } = this.#memory;
    this.#kernel.clearField(field);
    this.#painter.kernel.rasterise(
      field,
      this.#field.cells,
      at,
      from,
      triangles.at,
      triangles.count,
      BEHIND,
    );
    this.#kernel.splitField(field, scale, target);
  }
}
