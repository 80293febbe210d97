import type { Px } from '../../picture.ts';

/** Tiles of a picture along each side. */
export const TILES = 64;
/** Pixels of a tile along each side. */
export const tileSide = (side: Px): Px => side / TILES;
/** Nodes of a block along each side: no more triangles show in one than a byte can tell apart. */
const BLOCK = 16;
/** Nodes of a picture's map along each side, one at every second pixel. */
export const nodesOf = (side: Px): number => side / 2 + 1;
/** Blocks of its nodes along each side. */
export const blocksOf = (side: Px): number => Math.ceil(nodesOf(side) / BLOCK);
/** Of each node, row after row, which block it is in. */
export function blockOfNodes(side: Px): Int32Array {
  const [nodes, blocks] = [nodesOf(side), blocksOf(side)];
  return Int32Array.from({ length: nodes ** 2 }, (_, i) => {
    const [row, column] = [Math.floor(i / nodes), i % nodes];
    return Math.floor(row / BLOCK) * blocks + Math.floor(column / BLOCK);
  });
}

/** What one layer shows at the mesh's vertices. */
export interface MeshLayer {
  /** Which of its sheet's textures it is taken from. */
  readonly texture: number;
  /** How many of the mesh's triangles it has, from the first on. */
  readonly triangles: number;
  /** Four numbers a vertex: x and y in the texture, weight, one unused. */
  readonly values: Float32Array;
}

/** Tiles of a picture that were drawn on the processor. */
export interface DrawnTiles {
  /** For each of {@link TILES}², row after row, which of its row it is, counted from 1; 0 for those that were not drawn. */
  readonly table: Uint8Array;
  /** How many there are before each row. */
  readonly rows: Float32Array;
  /** Their pixels, one tile after another, the four bytes as planes. */
  readonly tiles: Uint8Array;
}

/**
 * All that is needed of a frame to draw it where its identity's textures are. Views of its painter's memory, valid until that
 * draws or describes again.
 */
export interface MeshPicture {
  readonly side: Px;
  /** x and y of the mesh's vertices, in nodes of the picture's map. */
  readonly places: Float32Array;
  /** The base example's, then those over it. */
  readonly layers: readonly MeshLayer[];
  /** Which triangle each node shows: the entry of its block's palette. */
  readonly codes: Uint8Array;
  /** Of each block of nodes, where its palette begins. */
  readonly starts: Float32Array;
  /** Numbers of triangles; one beyond those of the mesh for nodes that show their own place. */
  readonly palette: Float32Array;
  /** In place of what the base layer shows: its edges and outlines, the fourth byte as a texture's. */
  readonly edges: DrawnTiles;
  /** Over everything: mouth and eyes. The fourth byte is how much they cover, the others are by as much less. */
  readonly painted: DrawnTiles;
  /** By how much all of that is brighter at each node of a grid: see `Shading`. */
  readonly shading: Float32Array;
}
