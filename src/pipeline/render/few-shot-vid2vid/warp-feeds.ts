import type { OnnxFeed } from '../../landmark/onnx-session.ts';
import type { Px } from '../../picture.ts';
import { MOST_LAYERS_OVER } from '../warp/mesh-frame.ts';
import { MESH_VERTICES } from '../warp/mesh-layers.ts';
import { blocksOf, type MeshPicture, nodesOf, TILES, tileSide } from '../warp/mesh-picture.ts';
import { SHADING_NODES } from '../warp/shading.ts';
import {
  DRAWN_TRIANGLES,
  DRAWN_VERTICES,
  firstTexel,
  PALETTE_STEP,
  TILE_STEP,
  vertexRows,
  WARP_INPUTS,
} from './warp-values.ts';

/** How many layers over its base a run has room for: each number is a graph of its own, so there are few. */
export const LAYERS_OVER = [2, MOST_LAYERS_OVER] as const;

/** The least of those that does for all of the frames. */
export const layersOverOf = (frames: readonly MeshPicture[]): number =>
  LAYERS_OVER.find((most) => frames.every(({ layers }) => layers.length <= 1 + most))!;

/** Legs of the triangle that is behind all others, in nodes: beyond every picture, and a power of two. */
const LEG = 1_024;

/** The textures have one texel around them, which a processor's offsets leave out. */
const AROUND = 1;

/**
 * Lays what is known of the frames of a run beside each other. What fills a batch up is the first of them once more.
 * @param texels side of the textures, without the texel around.
 * @returns all of {@link WARP_INPUTS}.
 */
export function warpFeeds(
  frames: readonly MeshPicture[],
  length: number,
  texels: Px,
): Record<string, OnnxFeed> {
  const { side } = frames[0]!;
  const all = Array.from({ length }, (_, i) => frames[i] ?? frames[0]!);
  const layersOver = layersOverOf(frames);
  const { triangles, codes, starts, shading } = WARP_INPUTS;
  const [nodes, blocks] = [nodesOf(side) ** 2, blocksOf(side) ** 2];
  const counts = new Float32Array(layersOver * length);
  const code = new Uint8Array(length * nodes);
  const start = new Float32Array(length * blocks);
  const shades = new Float32Array(length * SHADING_NODES ** 2);
  let entries = 0;
  for (const [n, frame] of all.entries()) {
    for (const [k, layer] of frame.layers.entries()) {
      if (k > 0) counts[(k - 1) * length + n] = layer.triangles;
    }
    shades.set(frame.shading, n * SHADING_NODES ** 2);
    code.set(frame.codes, n * nodes);
    for (let b = 0; b < blocks; b++) start[n * blocks + b] = entries + frame.starts[b]!;
    entries += frame.palette.length;
  }
  return {
    ...vertexFeed(all, layersOver, texels),
    [triangles]: { dims: [layersOver, length, 1], data: counts },
    [codes]: { dims: [length, nodes], data: code },
    [starts]: { dims: [length, blocks], data: start },
    [shading]: { dims: [length, 1, SHADING_NODES, SHADING_NODES], data: shades },
    ...paletteFeed(all, entries),
    ...tileFeeds(all),
  };
}

function vertexFeed(
  frames: readonly MeshPicture[],
  layersOver: number,
  texels: Px,
): Record<string, OnnxFeed> {
  const length = frames.length;
  const rows = vertexRows(layersOver);
  const data = new Float32Array(rows * length * DRAWN_VERTICES);
  for (const [n, frame] of frames.entries()) {
    const row = (at: number): Float32Array => {
      const from = (at * length + n) * DRAWN_VERTICES;
      return data.subarray(from, from + DRAWN_VERTICES);
    };
    const put = (at: number, source: Float32Array, step: number, k: number, more = 0): void => {
      const to = row(at);
      for (let v = 0; v < MESH_VERTICES; v++) to[v] = source[step * v + k]! + more;
    };
    put(0, frame.places, 2, 0);
    put(1, frame.places, 2, 1);
    row(0)[MESH_VERTICES + 1] = LEG;
    row(1)[MESH_VERTICES + 2] = LEG;
    for (const [k, { values }] of frame.layers.entries()) {
      put(k === 0 ? 2 : 3 + k, values, 4, 0, AROUND);
      put(k === 0 ? 3 : 3 + layersOver + k, values, 4, 1, AROUND);
      if (k > 0) put(3 + 2 * layersOver + k, values, 4, 2);
    }
    // At its corners the triangle behind all others shows, as everywhere, places as they are.
    for (const axis of [0, 1]) {
      const scale = (2 * texels) / frame.side;
      const own = row(2 + axis).fill(firstTexel(frame.side, texels + 2 * AROUND), MESH_VERTICES);
      own[MESH_VERTICES + 1 + axis]! += scale * LEG;
    }
  }
  return { [WARP_INPUTS.vertices]: { dims: [rows, length, DRAWN_VERTICES], data } };
}

function paletteFeed(frames: readonly MeshPicture[], entries: number): Record<string, OnnxFeed> {
  const data = new Float32Array(upTo(entries, PALETTE_STEP));
  let at = 0;
  for (const [n, { palette }] of frames.entries()) {
    for (const number of palette) data[at++] = n * DRAWN_TRIANGLES + number;
  }
  return { [WARP_INPUTS.palette]: { dims: [data.length], data } };
}

function tileFeeds(frames: readonly MeshPicture[]): Record<string, OnnxFeed> {
  const { tables, tilesFrom, tiles } = WARP_INPUTS;
  const kinds = [...frames.map(({ edges }) => edges), ...frames.map(({ painted }) => painted)];
  const bytes = 4 * tileSide(frames[0]!.side) ** 2;
  const count = kinds.reduce((sum, kind) => sum + kind.tiles.length / bytes, 1);
  const table = new Uint8Array(kinds.length * TILES ** 2);
  const from = new Float32Array(kinds.length * TILES);
  const pool = new Uint8Array(upTo(count, TILE_STEP) * bytes);
  let at = 0;
  for (const [i, kind] of kinds.entries()) {
    table.set(kind.table, i * TILES ** 2);
    for (let row = 0; row < TILES; row++) from[i * TILES + row] = at + kind.rows[row]!;
    pool.set(kind.tiles, (1 + at) * bytes);
    at += kind.tiles.length / bytes;
  }
  return {
    [tables]: { dims: [kinds.length, 1, TILES, TILES], data: table },
    [tilesFrom]: { dims: [kinds.length, 1, TILES, 1], data: from },
    [tiles]: { dims: [pool.length / bytes, bytes], data: pool },
  };
}

const upTo = (count: number, step: number): number => Math.ceil(count / step) * step;
