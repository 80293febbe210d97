import { ELEMENT_TYPES } from '../../landmark/onnx-protobuf.ts';
import type { Px } from '../../picture.ts';
import { blockOfNodes, nodesOf } from '../warp/mesh-picture.ts';
import type { PictureGraph } from './picture-graph.ts';
import { shownAt, triangleColumns, whole } from './triangle-graph.ts';
import { DRAWN_TRIANGLES, firstTexel, vertexRows, WARP_INPUTS } from './warp-values.ts';

/** The shape of what a warp's graph draws. */
export interface WarpShape {
  /** Of the picture. */
  readonly side: Px;
  /** Of the textures, with the texel around them. */
  readonly texels: Px;
  readonly frames: number;
  readonly layersOver: number;
}

/** Of the layers of a warp, 0 the base. */
export interface ShownRows {
  /** Where pixels are in the layer's texture: (2, N, side, side). */
  places(layer: number): string;
  /** How much of it they show: (1, N, side, side). */
  weight(layer: number): string;
}

/** Writes how the mesh's vertices, and the triangle that each node of a picture's map shows, tell where pixels are taken from. */
export class MeshWriter {
  readonly #graph: PictureGraph;
  readonly #shape: WarpShape;

  constructor(graph: PictureGraph, shape: WarpShape) {
    this.#graph = graph;
    this.#shape = shape;
  }

  /**
   * What pixels show, each from nodes of the picture's map and halfway between them, some rows at a time: all at once of a long run
   * would be more than a device may have in one tensor.
   */
  rows(): ShownRows {
    const graph = this.#graph;
    const { side, frames, layersOver } = this.#shape;
    const nodes = nodesOf(side);
    const shown = graph.shaped(this.#shownAtNodes(), -1, frames, nodes, nodes);
    const scales = graph.floats([4], [1, 1, 2, 2]);
    const atPixels = (rows: string): string => {
      const between = graph.node('Resize', [rows, '', scales], {
        mode: 'linear',
        coordinate_transformation_mode: 'asymmetric',
      });
      const [origin, end, axes] = [graph.ints(0, 0), graph.ints(side, side), graph.ints(2, 3)];
      return graph.node('Slice', [between, origin, end, axes]);
    };
    const row = (at: number): string => graph.part(shown, at, at + 1, 0);
    const [y, weight] = [2 + layersOver, 2 + 2 * layersOver];
    return {
      places: (layer) =>
        atPixels(
          layer === 0
            ? graph.part(shown, 0, 2, 0)
            : graph.joined([row(1 + layer), row(y + layer - 1)], 0),
        ),
      weight: (layer) => atPixels(row(weight + layer - 1)),
    };
  }

  /** x and y of the base in its texture, x of each layer over it, y of each, weight of each: (rows, N, nodes). */
  #shownAtNodes(): string {
    const graph = this.#graph;
    const { side, layersOver } = this.#shape;
    const nodes = nodesOf(side);
    const rows = vertexRows(layersOver) - 2;
    const found = graph.node('Gather', [this.#triangles(rows), this.#triangleOfNodes()], {
      axis: 1,
    });
    const all = Array.from({ length: nodes ** 2 }, (_, i) => i);
    const x = all.map((i) => i % nodes);
    const y = all.map((i) => Math.floor(i / nodes));
    const dims = [1, 1, nodes ** 2];
    return shownAt(graph, found, rows, graph.floats(dims, x), graph.floats(dims, y));
  }

  /** A column for each triangle of each frame: see {@link triangleColumns}. */
  #triangles(rows: number): string {
    const graph = this.#graph;
    const { side, texels, frames, layersOver } = this.#shape;
    const numbers = graph.floats(
      [1, 1, DRAWN_TRIANGLES],
      Array.from({ length: DRAWN_TRIANGLES }, (_, t) => t),
    );
    const has = graph.node('Less', [numbers, WARP_INPUTS.triangles]);
    const shares = graph.node('Cast', [has], { to: ELEMENT_TYPES.float32 });
    // Beyond the triangles that a layer has it shows places as they are, and weighs nothing.
    const scale = (2 * (texels - 2)) / side;
    const shown = (value: string, origin: number): string => {
      const rows = (from: number, to: number): string => graph.part(value, 2 + from, 2 + to, 0);
      const own = graph.scaled(graph.part(value, 0, 2, 0), scale, origin);
      const over = [0, 1].map((axis) =>
        graph.node('Where', [
          has,
          rows(2 + axis * layersOver, 2 + (axis + 1) * layersOver),
          graph.part(own, axis, axis + 1, 0),
        ]),
      );
      const weights = graph.node('Mul', [rows(2 + 2 * layersOver, 2 + 3 * layersOver), shares]);
      return graph.joined([rows(0, 2), ...over, weights], 0);
    };
    const table = triangleColumns(graph, WARP_INPUTS.vertices, (value, first) =>
      shown(value, first ? firstTexel(side, texels) : 0),
    );
    return graph.shaped(table, 6 + 3 * rows, frames * DRAWN_TRIANGLES);
  }

  /** Of each node of each frame, which of those columns it shows: (N, nodes). */
  #triangleOfNodes(): string {
    const graph = this.#graph;
    const { side } = this.#shape;
    const blocks = blockOfNodes(side);
    const start = graph.node(
      'Gather',
      [WARP_INPUTS.starts, graph.indices([blocks.length], blocks)],
      { axis: 1 },
    );
    const entry = graph.node('Add', [start, graph.numbers(WARP_INPUTS.codes)]);
    const found = graph.node('Gather', [WARP_INPUTS.palette, whole(graph, entry)], { axis: 0 });
    return whole(graph, found);
  }
}
