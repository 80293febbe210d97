import type { Px } from '../../picture.ts';
import { MESH_TRIANGLES, MESH_VERTICES } from '../warp/mesh-layers.ts';

/** Triangles of the mesh, and one more, far larger than the picture, which shows each place as it is. */
export const DRAWN_TRIANGLES = MESH_TRIANGLES.length / 3 + 1;
/** The mesh's vertices, and those of that triangle. */
export const DRAWN_VERTICES = MESH_VERTICES + 3;
/** Entries of a palette come in so many: a device lays its buffers out anew for each length. */
export const PALETTE_STEP = 1_024;
/** So do tiles. */
export const TILE_STEP = 32;

/** Numbers that a frame has for each vertex: its place, x and y; x and y in the base's texture; of the layers over it x of each, y of each, weight of each. */
export const vertexRows = (layersOver: number): number => 2 + 2 * (1 + layersOver) + layersOver;

/**
 * What the graph of a warp takes; N frames in one run, with as many layers over their base each. What counts from the
 * beginning of something counts for all frames on.
 */
export const WARP_INPUTS = Object.freeze({
  /** ({@link vertexRows}, N, {@link DRAWN_VERTICES}): places in nodes, x and y of layers in texels from the corner of the texel around a texture. */
  vertices: 'vertices',
  /** (layers, N, 1): how many triangles the layers over the base have. */
  triangles: 'triangles',
  /** (N, nodes) bytes: of each node, the entry of its block's palette. */
  codes: 'codes',
  /** (N, blocks): where these begin. */
  starts: 'starts',
  /** (entries): the number of a triangle, counted through all frames. */
  palette: 'palette',
  /** (2 N, 1, 64, 64) bytes: which of its row's tiles takes a place, counted from 1; first those of edges, then what is painted. */
  tables: 'tables',
  /** (2 N, 1, 64, 1): where the row's begin, less one. */
  tilesFrom: 'tiles from',
  /** (tiles, pixels of one) bytes; the first is nobody's. */
  tiles: 'tiles',
  /** (N, 1, nodes, nodes): by how much the picture is brighter at those of a grid. */
  shading: 'shading',
  /** (2, N, {@link DRAWN_VERTICES}): x and y of the vertices in the picture before, in sides. */
  before: 'before',
  /** (N, 2, rows, columns) bytes: the triangle of each cell of a window of the network's field, lower bytes and upper ones. */
  cells: 'cells',
  /** (N, 1, columns) and (N, rows, 1): x and y of the window's cells, in nodes. */
  columns: 'columns',
  rows: 'rows',
});

/** (1, 4, rows, columns) bytes: the texture of a frame's layer. */
export const textureInput = (frame: number, layer: number): string => `texture ${frame} ${layer}`;
/** (1, 4, side, side) bytes: what is behind the head of a frame. */
export const backdropInput = (frame: number): string => `backdrop ${frame}`;

export const WARP_OUTPUTS = Object.freeze({
  /** (N, picture) bytes, as a frame's graph takes them. */
  warp: 'warp',
  /** (N, 4, rows, columns): the mesh's motion in the window, as a frame's graph takes it. */
  motion: 'motion',
});

/** Where the picture's first pixel is in a texture that is shown as it is, in texels from the corner of the one around it. */
export const firstTexel = (side: Px, texels: Px): number => (0.5 * (texels - 2)) / side + 0.5;
