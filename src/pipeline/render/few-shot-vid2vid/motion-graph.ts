import type { WarpShape } from './mesh-graph.ts';
import { DISPLACEMENT_SCALE } from './network-shape.ts';
import type { PictureGraph } from './picture-graph.ts';
import { shownAt, triangleColumns, whole } from './triangle-graph.ts';
import { DRAWN_TRIANGLES, WARP_INPUTS, WARP_OUTPUTS } from './warp-values.ts';

/** Flow and displacement, x and y of each. */
const ROWS = 4;

/**
 * The mesh's motion in the cells of a window, as `MeshMotion` draws it: flow to the picture before, displacement from the base example's.
 */
export function moveMesh(graph: PictureGraph, { side, texels, frames }: WarpShape): void {
  const { vertices, before, cells, columns, rows } = WARP_INPUTS;
  const places = graph.part(vertices, 0, 2, 0);
  // Nodes are at every second pixel, from the first one's middle on; textures have one texel around them.
  const here = graph.scaled(places, 2 / side, 0.5 / side);
  const source = graph.scaled(graph.part(vertices, 2, 4, 0), 1 / (texels - 2), -0.5 / (texels - 2));
  const flow = graph.node('Sub', [before, here]);
  const displacement = graph.scaled(graph.node('Sub', [source, here]), DISPLACEMENT_SCALE);
  const moved = graph.joined([places, flow, displacement], 0);
  const own = triangleColumns(graph, moved, (value) => graph.part(value, 2, 2 + ROWS, 0));
  const table = graph.shaped(own, 6 + 3 * ROWS, frames * DRAWN_TRIANGLES);
  const bytes = graph.numbers(cells);
  const upper = graph.scaled(graph.part(bytes, 1, 2), 256);
  const number = graph.node('Squeeze', [
    graph.node('Add', [graph.part(bytes, 0, 1), upper]),
    graph.ints(1),
  ]);
  const from = graph.floats(
    [frames, 1, 1],
    Array.from({ length: frames }, (_, n) => n * DRAWN_TRIANGLES),
  );
  const triangle = whole(graph, graph.node('Add', [number, from]));
  const found = graph.node('Gather', [table, triangle], { axis: 1 });
  const shown = shownAt(graph, found, ROWS, columns, rows);
  const channel = (k: number): string =>
    graph.node('Unsqueeze', [
      graph.node('Squeeze', [graph.part(shown, k, k + 1, 0), graph.ints(0)]),
      graph.ints(1),
    ]);
  const channels = Array.from({ length: ROWS }, (_, k) => channel(k));
  graph.node('Concat', channels, { axis: 1 }, WARP_OUTPUTS.motion);
}
