import { ELEMENT_TYPES } from '../../landmark/onnx-protobuf.ts';
import { MESH_TRIANGLES, MESH_VERTICES } from '../warp/mesh-layers.ts';
import type { PictureGraph } from './picture-graph.ts';
import { DRAWN_TRIANGLES } from './warp-values.ts';

/**
 * What a place in a triangle shows: (6 + 3 rows, N, triangles). x and y of its first corner; how much nearer a step in x, and in y,
 * brings to its second corner, and to its third; what is shown at the first, and how much more at the second, and at the third.
 * @param vertices (2 + rows, N, {@link DRAWN_VERTICES}), x and y first.
 * @param shown makes the last of these of vertices' numbers at corners, the first of which are those themselves, others differences to them.
 */
export function triangleColumns(
  graph: PictureGraph,
  vertices: string,
  shown: (value: string, first: boolean) => string,
): string {
  const corner = (k: number): string => {
    const own = MESH_TRIANGLES.filter((_, i) => i % 3 === k);
    const indices = graph.indices([DRAWN_TRIANGLES], Int32Array.of(...own, MESH_VERTICES + k));
    return graph.node('Gather', [vertices, indices], { axis: 2 });
  };
  const first = corner(0);
  const [toSecond, toThird] = [1, 2].map((k) => graph.node('Sub', [corner(k), first])) as [
    string,
    string,
  ];
  const row = (value: string, at: number): string => graph.part(value, at, at + 1, 0);
  const [ax, ay, bx, by] = [row(toSecond, 0), row(toSecond, 1), row(toThird, 0), row(toThird, 1)];
  const area = graph.node('Sub', [graph.node('Mul', [ax, by]), graph.node('Mul', [bx, ay])]);
  const over = (value: string): string => graph.node('Div', [value, area]);
  const minus = (value: string): string => graph.scaled(over(value), -1);
  return graph.joined(
    [
      graph.part(first, 0, 2, 0),
      ...[over(by), minus(bx), minus(ay), over(ax)],
      shown(first, true),
      shown(toSecond, false),
      shown(toThird, false),
    ],
    0,
  );
}

/** What places show: (rows, N, …). @param found the columns of their triangles; @param x @param y of them, as (…) or (N, …). */
export function shownAt(
  graph: PictureGraph,
  found: string,
  rows: number,
  x: string,
  y: string,
): string {
  const part = (from: number, to: number): string => graph.part(found, from, to, 0);
  const [fromX, fromY] = [graph.node('Sub', [x, part(0, 1)]), graph.node('Sub', [y, part(1, 2)])];
  // How far towards the second and the third corner: never beyond them, whatever was lost to roundings.
  const towards = (alongX: string, alongY: string): string =>
    graph.node('Clip', [
      graph.node('Add', [graph.node('Mul', [fromX, alongX]), graph.node('Mul', [fromY, alongY])]),
      graph.float(0),
      graph.float(1),
    ]);
  const end = 6 + 3 * rows;
  const second = graph.node('Mul', [part(6 + rows, 6 + 2 * rows), towards(part(2, 3), part(3, 4))]);
  const third = graph.node('Mul', [part(6 + 2 * rows, end), towards(part(4, 5), part(5, 6))]);
  return graph.node('Add', [graph.node('Add', [part(6, 6 + rows), second]), third]);
}

/** Numbers cut to whole ones. */
export const whole = (graph: PictureGraph, value: string): string =>
  graph.node('Cast', [value], { to: ELEMENT_TYPES.int32 });
