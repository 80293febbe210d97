import { describe, expect, it } from 'vitest';
import type { OnnxFeed } from '../../../../src/pipeline/landmark/onnx-session.ts';
import {
  layersOverOf,
  warpFeeds,
} from '../../../../src/pipeline/render/few-shot-vid2vid/warp-feeds.ts';
import {
  DRAWN_TRIANGLES,
  DRAWN_VERTICES,
  vertexRows,
} from '../../../../src/pipeline/render/few-shot-vid2vid/warp-values.ts';
import { MESH_VERTICES } from '../../../../src/pipeline/render/warp/mesh-layers.ts';
import {
  blocksOf,
  type MeshPicture,
  nodesOf,
  TILES,
  tileSide,
} from '../../../../src/pipeline/render/warp/mesh-picture.ts';
import { SHADING_NODES } from '../../../../src/pipeline/render/warp/shading.ts';

const SIDE = 256;
const TILE = 4 * tileSide(SIDE) ** 2;

/** A frame all of whose numbers are told by `own`, with so many layers over its base and tiles of each kind. */
function meshOf(own: number, layersOver: number, tiles: number): MeshPicture {
  const drawn = (kind: number) => ({
    table: new Uint8Array(TILES ** 2).fill(tiles),
    // All of them are in the first row.
    rows: new Float32Array(TILES).fill(tiles, 1),
    tiles: new Uint8Array(tiles * TILE).fill(10 * own + kind),
  });
  return {
    side: SIDE,
    places: new Float32Array(2 * MESH_VERTICES).map((_, i) => own + (i % 2) / 2),
    layers: Array.from({ length: 1 + layersOver }, (_, k) => ({
      texture: k,
      triangles: 100 * k,
      values: new Float32Array(4 * MESH_VERTICES).map((_, i) => 10 * own + k + (i % 4) / 4),
    })),
    codes: new Uint8Array(nodesOf(SIDE) ** 2).fill(own),
    starts: new Float32Array(blocksOf(SIDE) ** 2).fill(own),
    palette: Float32Array.of(own, own + 1, own + 2),
    edges: drawn(1),
    painted: drawn(2),
    shading: new Float32Array(SHADING_NODES ** 2).fill(own / 10),
  };
}

const numbers = (feed: OnnxFeed | undefined) => (feed as { data: Float32Array | Uint8Array }).data;

describe('the feeds of warps', () => {
  const frames = [meshOf(3, 1, 2), meshOf(5, 2, 1)];

  it('have room for as many layers as any of the frames has', () => {
    expect(layersOverOf(frames)).toBe(2);
    expect(layersOverOf([...frames, meshOf(1, 3, 0)])).toBe(4);
    expect(warpFeeds(frames, 2, 512).triangles!.dims).toEqual([2, 2, 1]);
    expect([...numbers(warpFeeds(frames, 2, 512).triangles)]).toEqual([100, 100, 0, 200]);
  });

  it('have a shading of each frame', () => {
    const { dims, data } = warpFeeds(frames, 2, 512).shading as {
      dims: readonly number[];
      data: Float32Array;
    };
    expect(dims).toEqual([2, 1, SHADING_NODES, SHADING_NODES]);
    expect(data.at(0)).toBeCloseTo(0.3, 6);
    expect(data.at(-1)).toBeCloseTo(0.5, 6);
  });

  it('have a row of vertices for each number, frame by frame', () => {
    const { vertices } = warpFeeds(frames, 2, 512);
    expect(vertices!.dims).toEqual([vertexRows(2), 2, DRAWN_VERTICES]);
    const at = (row: number, frame: number, vertex = 7) =>
      numbers(vertices)[(row * 2 + frame) * DRAWN_VERTICES + vertex];
    expect([at(0, 0), at(1, 0), at(0, 1)], 'places').toEqual([3, 3.5, 5]);
    // Textures are counted from the corner of the texel around them.
    expect([at(2, 0), at(3, 0), at(2, 1)], 'the base').toEqual([31, 31.25, 51]);
    expect([at(4, 0), at(6, 0), at(8, 0)], 'the layer over it').toEqual([32, 32.25, 31.5]);
    expect([at(4, 1), at(5, 1), at(9, 1)], 'and both of them').toEqual([52, 53, 52.5]);
    expect(at(9, 0), 'one that is not there weighs nothing').toBe(0);
  });

  it('count entries and triangles through all frames', () => {
    const feeds = warpFeeds(frames, 2, 512);
    const starts = numbers(feeds.starts);
    expect([starts[0], starts.at(-1)]).toEqual([3, 3 + 5]);
    const palette = numbers(feeds.palette);
    expect([...palette.subarray(0, 6)]).toEqual([
      ...[3, 4, 5],
      ...[5, 6, 7].map((triangle) => DRAWN_TRIANGLES + triangle),
    ]);
  });

  it('have edges before what is painted, each from where the tiles of a row begin, behind one that is nobody’s', () => {
    const feeds = warpFeeds(frames, 2, 512);
    expect(feeds.tables!.dims).toEqual([4, 1, TILES, TILES]);
    const from = numbers(feeds['tiles from']);
    const rows = (row: number) => [0, 1, 2, 3].map((kind) => from[kind * TILES + row]);
    expect([rows(0), rows(1)]).toEqual([
      [0, 2, 3, 5],
      [2, 3, 5, 6],
    ]);
    const tiles = numbers(feeds.tiles);
    const values = [0, 1, 2, 3, 4, 5, 6, 7].map((tile) => tiles[tile * TILE]);
    expect(values).toEqual([0, 31, 31, 51, 32, 32, 52, 0]);
  });

  it('are filled up to the length of the batch with the first', () => {
    const feeds = warpFeeds([frames[0]!], 4, 512);
    expect(feeds.codes!.dims).toEqual([4, nodesOf(SIDE) ** 2]);
    expect(new Set(numbers(feeds.codes))).toEqual(new Set([3]));
    const from = numbers(feeds['tiles from']);
    expect([0, 1, 2, 7].map((kind) => from[kind * TILES])).toEqual([0, 2, 4, 14]);
  });
});
