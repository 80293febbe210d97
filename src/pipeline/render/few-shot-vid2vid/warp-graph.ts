import { ELEMENT_TYPES, encodeOnnxModel, graphField } from '../../landmark/onnx-protobuf.ts';
import { blocksOf, nodesOf, TILES, tileSide } from '../warp/mesh-picture.ts';
import { SHADING_CELLS, SHADING_NODES } from '../warp/shading.ts';
import { MeshWriter, type WarpShape } from './mesh-graph.ts';
import { moveMesh } from './motion-graph.ts';
import { PictureGraph, pictureLength } from './picture-graph.ts';
import { whole } from './triangle-graph.ts';
import {
  backdropInput,
  DRAWN_VERTICES,
  textureInput,
  vertexRows,
  WARP_INPUTS,
  WARP_OUTPUTS,
} from './warp-values.ts';

/** Luma of black, and chroma of grey, in limited range. */
const [BLACK, GREY] = [16, 128] as const;
/** Subdivisions of a texel, as the processor samples it. */
const FINENESS = 128;

/**
 * The warp's picture as `WarpPainter` draws it, from textures that lie on the device: each node of the picture's map is told
 * which triangle it shows, and has from its vertices where in the textures; pixels between nodes are halfway.
 */
export function warpGraph(shape: WarpShape): Uint8Array {
  const graph = new PictureGraph('warp');
  new WarpWriter(graph, shape).write();
  moveMesh(graph, shape);
  const { side, texels, frames, layersOver } = shape;
  const { vertices, triangles, codes, starts, palette, tables, tilesFrom, tiles } = WARP_INPUTS;
  const { before, cells, columns, rows, shading } = WARP_INPUTS;
  const each = Array.from({ length: frames }, (_, frame) => frame);
  const textures = each.flatMap((frame) =>
    Array.from({ length: 1 + layersOver }, (_, layer) => textureInput(frame, layer)),
  );
  return Buffer.concat([
    encodeOnnxModel({
      nodes: [],
      constants: new Map(),
      inputs: [
        { name: vertices, dims: [vertexRows(layersOver), frames, DRAWN_VERTICES] },
        { name: triangles, dims: [layersOver, frames, 1] },
        { name: codes, dims: [frames, nodesOf(side) ** 2], type: 'uint8' },
        { name: starts, dims: [frames, blocksOf(side) ** 2] },
        { name: palette, dims: ['entries'] },
        { name: tables, dims: [2 * frames, 1, TILES, TILES], type: 'uint8' },
        { name: tilesFrom, dims: [2 * frames, 1, TILES, 1] },
        { name: tiles, dims: ['tiles', 4 * tileSide(side) ** 2], type: 'uint8' },
        { name: shading, dims: [frames, 1, SHADING_NODES, SHADING_NODES] },
        { name: before, dims: [2, frames, DRAWN_VERTICES] },
        { name: cells, dims: [frames, 2, 'rows', 'columns'], type: 'uint8' },
        { name: columns, dims: [frames, 1, 'columns'] },
        { name: rows, dims: [frames, 'rows', 1] },
        ...textures.map((name) => ({
          name,
          dims: [1, 4, texels, texels],
          type: 'uint8' as const,
        })),
        ...each.map((frame) => ({
          name: backdropInput(frame),
          dims: [1, 4, side, side],
          type: 'uint8' as const,
        })),
      ],
      outputs: [
        { name: WARP_OUTPUTS.warp, dims: [frames, pictureLength(side)], type: 'uint8' },
        { name: WARP_OUTPUTS.motion, dims: [frames, 4, 'rows', 'columns'] },
      ],
    }),
    graphField([...graph.nodes, ...graph.constants()]),
  ]);
}

class WarpWriter {
  readonly #graph: PictureGraph;
  readonly #shape: WarpShape;
  #within: string | undefined;

  constructor(graph: PictureGraph, shape: WarpShape) {
    this.#graph = graph;
    this.#shape = shape;
  }

  write(): void {
    const graph = this.#graph;
    const { side, frames, layersOver } = this.#shape;
    const shown = new MeshWriter(graph, this.#shape).rows();
    const sampled = (layer: number): string =>
      rounded(graph, this.#sample(this.#grid(shown.places(layer)), layer));
    const edges = this.#tiles(0);
    const base = graph.node('Where', [edges.there, edges.pixels, sampled(0)]);
    const behind = this.#eachFrame((frame) => graph.numbers(backdropInput(frame)));
    const baseCover = graph.part(base, 3, 4);
    // What is laid over has a cover of its own: it takes the head along, or what is behind it.
    let laid = graph.joined([this.#layOver(base, behind), baseCover], 1);
    for (let layer = 1; layer <= layersOver; layer++) {
      const weight = graph.shaped(shown.weight(layer), frames, 1, side, side);
      laid = this.#mixIn(laid, sampled(layer), weight);
    }
    const [picture, cover] = [graph.part(laid, 0, 3), graph.part(laid, 3, 4)];
    const painted = this.#tiles(frames);
    const left = graph.scaled(graph.part(painted.pixels, 3, 4), -1 / 255, 1);
    const covered = graph.node('Add', [
      graph.part(painted.pixels, 0, 3),
      graph.node('Mul', [picture, left]),
    ]);
    const whole = rounded(graph, graph.node('Where', [painted.there, covered, picture]));
    const drawn = this.#shade(whole, cover);
    const chroma = graph.node('AveragePool', [graph.part(drawn, 1, 3)], {
      kernel_shape: [2, 2],
      strides: [2, 2],
    });
    const planes = graph.planes(
      { luma: graph.part(drawn, 0, 1), chroma: rounded(graph, chroma) },
      side,
    );
    graph.node('Cast', [planes], { to: ELEMENT_TYPES.uint8 }, WARP_OUTPUTS.warp);
  }

  /** A picture brighter and darker by the grid of its shading, as far as it is covered by the head. */
  #shade(picture: string, cover: string): string {
    const graph = this.#graph;
    const { side } = this.#shape;
    // Of each pixel, how much of each node it has.
    const shares = Array.from({ length: side }, (_, pixel) =>
      Array.from({ length: SHADING_NODES }, (_, node) =>
        Math.max(0, 1 - Math.abs(((pixel + 0.5) * SHADING_CELLS) / side - node)),
      ),
    );
    const down = graph.floats([side, SHADING_NODES], shares.flat());
    const across = graph.floats(
      [SHADING_NODES, side],
      Array.from({ length: SHADING_NODES }, (_, node) => shares.map((of) => of[node]!)).flat(),
    );
    const grid = graph.node('MatMul', [graph.node('MatMul', [down, WARP_INPUTS.shading]), across]);
    const share = graph.node('Mul', [grid, graph.scaled(cover, 1 / 255)]);
    const rest = graph.floats([1, 3, 1, 1], [BLACK, GREY, GREY]);
    const added = graph.node('Mul', [graph.node('Sub', [picture, rest]), share]);
    const shaded = rounded(graph, graph.node('Add', [picture, added]));
    const most = graph.floats([1, 3, 1, 1], [235, 240, 240]);
    return graph.node('Max', [graph.node('Min', [shaded, most]), graph.float(BLACK)]);
  }

  /** Where each pixel is taken from its texture: (N, side, side, 2), −1…1. */
  #grid(places: string): string {
    const graph = this.#graph;
    const { side, texels, frames } = this.#shape;
    const cut = graph.numbers(whole(graph, graph.scaled(places, FINENESS)));
    const along = graph.scaled(cut, 2 / (FINENESS * (texels - 1)), -1);
    const one = (row: number): string =>
      graph.shaped(graph.part(along, row, row + 1, 0), frames, side, side, 1);
    return graph.joined([one(0), one(1)], 3);
  }

  #sample(grid: string, layer: number): string {
    const graph = this.#graph;
    const { frames } = this.#shape;
    return this.#eachFrame((frame) => {
      const own = frames === 1 ? grid : graph.part(grid, frame, frame + 1, 0);
      return graph.at(graph.numbers(textureInput(frame, layer)), own);
    });
  }

  #eachFrame(of: (frame: number) => string): string {
    const values = Array.from({ length: this.#shape.frames }, (_, frame) => of(frame));
    return values.length === 1 ? values[0]! : this.#graph.joined(values, 0);
  }

  /** Over what is behind the head, by how much of it the picture covers. */
  #layOver(picture: string, behind: string): string {
    const graph = this.#graph;
    const cover = graph.part(picture, 3, 4);
    const sum = graph.node('Add', [
      graph.node('Mul', [graph.part(picture, 0, 3), cover]),
      graph.node('Mul', [graph.part(behind, 0, 3), graph.scaled(cover, -1, 255)]),
    ]);
    // Over 255, rounded, as the processor does it.
    const more = graph.scaled(sum, 1, 128);
    const all = graph.node('Add', [more, graph.node('Floor', [graph.scaled(more, 1 / 256)])]);
    return graph.node('Floor', [graph.scaled(all, 1 / 256)]);
  }

  #mixIn(picture: string, layer: string, weight: string): string {
    const graph = this.#graph;
    const whole = graph.node('Floor', [graph.scaled(weight, 128, 0.5)]);
    const cover = graph.scaled(graph.part(layer, 3, 4), 1 / 256, 1 / 256);
    const share = graph.scaled(graph.node('Floor', [graph.node('Mul', [whole, cover])]), 1 / 128);
    const apart = graph.node('Sub', [layer, picture]);
    return rounded(graph, graph.node('Add', [picture, graph.node('Mul', [apart, share])]));
  }

  /** Of each pixel, which of its tile it is. */
  #withinTile(): string {
    const { side } = this.#shape;
    const tile = tileSide(side);
    const pixels = Int32Array.from({ length: side ** 2 }, (_, i) => {
      const [row, column] = [Math.floor(i / side), i % side];
      return (row % tile) * tile + (column % tile);
    });
    this.#within ??= this.#graph.indices([1, 1, side, side], pixels);
    return this.#within;
  }

  /** Tiles in their places, those of the tables of all frames from one on. */
  #tiles(from: number): { readonly there: string; readonly pixels: string } {
    const graph = this.#graph;
    const { side, frames } = this.#shape;
    const tile = tileSide(side);
    const scales = graph.floats([4], [1, 1, tile, tile]);
    const drawnOut = (tables: string): string =>
      graph.node('Resize', [tables, '', scales], {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      });
    const tables = graph.part(graph.numbers(WARP_INPUTS.tables), from, from + frames, 0);
    const begin = graph.part(WARP_INPUTS.tilesFrom, from, from + frames, 0);
    // In whole numbers: all tiles together may have more pixels than float32 counts.
    const size = graph.indices([], Int32Array.of(4 * tile ** 2));
    const which = whole(graph, drawnOut(graph.node('Add', [tables, begin])));
    const pixel = graph.node('Add', [graph.node('Mul', [which, size]), this.#withinTile()]);
    const planes = Int32Array.from([0, 1, 2, 3], (k) => k * tile ** 2);
    const at = graph.node('Add', [pixel, graph.indices([1, 4, 1, 1], planes)]);
    const bytes = graph.shaped(WARP_INPUTS.tiles, -1);
    return {
      there: graph.node('Greater', [drawnOut(tables), graph.float(0)]),
      pixels: graph.numbers(graph.node('Gather', [bytes, at], { axis: 0 })),
    };
  }
}

const rounded = (graph: PictureGraph, value: string): string =>
  graph.node('Floor', [graph.scaled(value, 1, 0.5)]);
