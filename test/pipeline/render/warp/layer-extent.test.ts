import { describe, expect, it } from 'vitest';
import { layerExtent } from '../../../../src/pipeline/render/warp/layer-extent.ts';
import {
  MESH_TRIANGLES,
  MESH_VERTICES,
  WHOLE_MESH,
} from '../../../../src/pipeline/render/warp/mesh-layers.ts';

const NODES = 100;
/** The vertices stand in a grid, two and a half nodes apart. */
const places = Float32Array.from({ length: 2 * MESH_VERTICES }, (_, i) => {
  const v = i >> 1;
  return 2.5 * (i % 2 === 0 ? v % 32 : Math.floor(v / 32));
});

/** Of a layer in which these vertices alone have weight. */
function extentOf(...weighty: number[]) {
  const values = new Float32Array(4 * MESH_VERTICES);
  for (const v of weighty) values[4 * v + 2] = 0.01;
  return layerExtent(WHOLE_MESH, places, values, NODES);
}

/** All corners of the triangles in which a vertex is. */
function around(vertex: number): number[] {
  return MESH_TRIANGLES.flatMap((_, i) => {
    const corners = MESH_TRIANGLES.slice(3 * i, 3 * i + 3);
    return corners.includes(vertex) ? corners : [];
  });
}

describe('the extent of a layer', () => {
  it('is that of the triangles in which it has weight, and a node around them', () => {
    const corners = around(13);
    const xs = corners.map((v) => places[2 * v]!);
    const ys = corners.map((v) => places[2 * v + 1]!);
    const within = (node: number) => Math.min(NODES - 1, Math.max(0, node));
    expect(extentOf(13)).toEqual({
      fromX: within(Math.floor(Math.min(...xs)) - 1),
      fromY: within(Math.floor(Math.min(...ys)) - 1),
      toX: within(Math.ceil(Math.max(...xs)) + 1),
      toY: within(Math.ceil(Math.max(...ys)) + 1),
    });
  });

  it('grows with what has weight, and never leaves the map', () => {
    const [one, both] = [extentOf(13), extentOf(13, 152)];
    expect(both.fromX).toBeLessThanOrEqual(one.fromX);
    expect(both.toY).toBeGreaterThanOrEqual(one.toY);
    const all = extentOf(...Array.from({ length: MESH_VERTICES }, (_, v) => v));
    expect(all).toMatchObject({ fromX: 0, fromY: 0 });
    expect(Math.max(all.toX, all.toY)).toBeLessThan(NODES);
  });

  it('is nothing where the layer has no weight', () => {
    const { fromX, toX, fromY, toY } = extentOf();
    expect(fromX).toBeGreaterThan(toX);
    expect(fromY).toBeGreaterThan(toY);
  });

  it('knows nothing of triangles with which the layer is not drawn', () => {
    const values = new Float32Array(4 * MESH_VERTICES).fill(1);
    const first = layerExtent({ vertices: MESH_VERTICES, triangles: 1 }, places, values, NODES);
    const ys = MESH_TRIANGLES.slice(0, 3).map((v) => places[2 * v + 1]!);
    expect(first.toY).toBe(Math.ceil(Math.max(...ys)) + 1);
  });
});
