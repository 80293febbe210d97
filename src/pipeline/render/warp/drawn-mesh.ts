import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import type { Px } from '../../picture.ts';
import { MESH_VERTICES, WHOLE_MESH } from './mesh-layers.ts';

/** The whole mesh of the picture that was followed or drawn last: its painter's own memory, valid until that goes on. */
export class DrawnMesh {
  /** x and y of each vertex in the picture, in sides of it. */
  readonly places = new Float32Array(MESH_VERTICES * 2);
  /** x and y in the base example's picture of what is seen there, in sides of it. */
  readonly sources = new Float32Array(MESH_VERTICES * 2);
  /** The less, the nearer to the viewer. */
  readonly depths = new Float32Array(MESH_VERTICES);
  /** Byte offset, in the painter's memory, of three u16 a triangle, and how many triangles there are. */
  readonly triangles: { readonly at: number; readonly count: number };

  /** @param trianglesAt their byte offset in the painter's memory. */
  constructor(trianglesAt: number) {
    this.triangles = { at: trianglesAt, count: WHOLE_MESH.triangles };
  }

  /**
   * Takes in where the vertices stand, of the face and of the rings around it, x, y, z interleaved in sides of the picture.
   * @param nodes takes the same in nodes of the picture's map, x and y.
   */
  place(face: Float32Array, rings: Float32Array, side: Px, nodes: Float32Array): void {
    for (let v = 0; v < MESH_VERTICES; v++) {
      const from = v < FACE_MESH_POINTS ? face : rings;
      const i = v < FACE_MESH_POINTS ? v : v - FACE_MESH_POINTS;
      this.places[2 * v] = from[3 * i]!;
      this.places[2 * v + 1] = from[3 * i + 1]!;
      nodes[2 * v] = (from[3 * i]! * side - 0.5) / 2;
      nodes[2 * v + 1] = (from[3 * i + 1]! * side - 0.5) / 2;
    }
  }

  /** Takes in what the base layer shows. @param values as that has written them. @param texels side of its texture. */
  show(values: Float32Array, texels: Px): void {
    for (let v = 0; v < MESH_VERTICES; v++) {
      this.sources[2 * v] = (values[4 * v]! + 0.5) / texels;
      this.sources[2 * v + 1] = (values[4 * v + 1]! + 0.5) / texels;
      this.depths[v] = values[4 * v + 3]!;
    }
  }
}
