import { type Layer, MESH_TRIANGLES } from './mesh-layers.ts';

/** A rectangle of a map, in its nodes. */
export interface LayerExtent {
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
}

/**
 * Where a layer has weight, and a node around it: the mouth of an example alone is a twentieth of a face.
 * @param places of the vertices, x and y interleaved, in nodes.
 * @param values four of each vertex, of which the third is its weight.
 * @param nodes of the map, to a side.
 * @returns from beyond to where it has none.
 */
export function layerExtent(
  { triangles }: Layer,
  places: Float32Array,
  values: Float32Array,
  nodes: number,
): LayerExtent {
  let [minX, minY, maxX, maxY] = [nodes, nodes, 0, 0];
  for (let t = 0; t < 3 * triangles; t += 3) {
    let weighs = false;
    for (let k = t; k < t + 3; k++) weighs ||= values[4 * MESH_TRIANGLES[k]! + 2]! > 0;
    if (!weighs) continue;
    for (let k = t; k < t + 3; k++) {
      const v = MESH_TRIANGLES[k]!;
      minX = Math.min(minX, places[2 * v]!);
      minY = Math.min(minY, places[2 * v + 1]!);
      maxX = Math.max(maxX, places[2 * v]!);
      maxY = Math.max(maxY, places[2 * v + 1]!);
    }
  }
  const within = (node: number): number => Math.min(nodes - 1, Math.max(0, node));
  return {
    fromX: within(Math.floor(minX) - 1),
    fromY: within(Math.floor(minY) - 1),
    toX: within(Math.ceil(maxX) + 1),
    toY: within(Math.ceil(maxY) + 1),
  };
}
