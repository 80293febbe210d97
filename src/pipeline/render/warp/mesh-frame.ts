import type { Px } from '../../picture.ts';
import type { Canvas } from './canvas.ts';
import { type MeshFrameExports, meshFrameKernel } from './mesh-frame-kernel.io.ts';
import { type Layer, MESH_TRIANGLES, MESH_VERTICES, WHOLE_MESH } from './mesh-layers.ts';
import {
  blocksOf,
  type DrawnTiles,
  type MeshLayer,
  type MeshPicture,
  nodesOf,
  TILES,
  tileSide,
} from './mesh-picture.ts';
import type { PainterOffsets } from './painter-memory.ts';
import { allocator } from './warp-memory.ts';

/** Of one kind: where it is a quarter of the picture, that is as soon painted. */
const MOST_TILES = TILES ** 2 / 4;
/** Over the base example: the other side of its face, and examples that share its regions, come and go. */
export const MOST_LAYERS_OVER = 4;
const TRIANGLES = MESH_TRIANGLES.length / 3;
/**
 * Entries of all blocks' palettes together: their own places, and triangles, of which the face's are in two blocks or four
 * where they are small, and those around it in as many as they are large.
 */
const mostPalette = (side: Px): number => 4 * TRIANGLES + 8 * blocksOf(side) ** 2;

function layOut(side: Px, from: number) {
  const room = allocator(from);
  const takeTiles = () => ({
    table: room.take(TILES ** 2),
    rows: room.take(TILES * 4),
    tiles: room.take(MOST_TILES * tileSide(side) ** 2 * 4),
  });
  const at = {
    layer: room.take(side ** 2 * 4),
    codes: room.take(nodesOf(side) ** 2),
    starts: room.take(blocksOf(side) ** 2 * 4),
    palette: room.take(mostPalette(side) * 4),
    seen: room.take((TRIANGLES + 1) * 8),
    marks: room.take(TILES ** 2),
    edges: takeTiles(),
    painted: takeTiles(),
  };
  return { at, bytes: room.end - from };
}

/** What a {@link MeshFrame} needs of its painter's memory. */
export const meshFrameBytes = (side: Px): number => layOut(side, 0).bytes;

/** What is known of a base layer beside its mesh. */
export interface BaseLayer {
  /** Offset of the texture, bytes of a row of it, texels a pixel. */
  readonly texture: number;
  readonly stride: number;
  readonly scale: number;
  /** Neighbouring nodes farther apart than so many texels show different surfaces. */
  readonly reach: number;
  /** Depth of back-facing triangles behind their place. */
  readonly behind: number;
  /** Pieces of its outline. */
  readonly pieces: number;
}

/**
 * Puts a {@link MeshPicture} together: what of a frame is large is not drawn, but for tiles that edges and outlines run
 * through, which are drawn on the painter's own canvas. Works in its painter's memory.
 */
export class MeshFrame {
  /** Mouth and eyes are to be painted on it when all layers are there; what was, is gone when it was taken. */
  readonly canvas: Canvas;
  readonly #kernel: MeshFrameExports;
  readonly #soften: (target: number, side: number, map: number) => void;
  readonly #side: Px;
  readonly #painter: PainterOffsets;
  readonly #at: ReturnType<typeof layOut>['at'];
  readonly #buffer: ArrayBufferLike;
  readonly #values = Array.from(
    { length: 1 + MOST_LAYERS_OVER },
    () => new Float32Array(4 * MESH_VERTICES),
  );
  #layers: MeshLayer[] = [];
  #stamp = 0;
  #palette = 0;
  #edges = 0;

  /**
   * @param painter its offsets, @param soften `softenEdges` of its kernel.
   * @param at where {@link meshFrameBytes} of its memory are free, a multiple of 16.
   */
  constructor(
    memory: WebAssembly.Memory,
    side: Px,
    painter: PainterOffsets,
    soften: (target: number, side: number, map: number) => void,
    at: number,
  ) {
    this.#kernel = meshFrameKernel(memory);
    this.#soften = soften;
    this.#side = side;
    this.#painter = painter;
    this.#at = layOut(side, at).at;
    // Nothing is painted, marked or seen.
    new Float64Array(memory.buffer, at, meshFrameBytes(side) / 8).fill(0);
    this.#buffer = memory.buffer;
    this.canvas = { memory: new Uint8Array(memory.buffer), at: this.#at.layer, side, layer: true };
  }

  /** Begins a frame: its map is reset to what shows its own place, its mesh placed. @param values of all vertices. */
  begin(base: BaseLayer, values: Float32Array): void {
    const { map, places, triangles, values: at } = this.#painter;
    const nodes = nodesOf(this.#side);
    this.#layers = [];
    this.over(0, WHOLE_MESH, values);
    this.#kernel.rasteriseNumbered(map, nodes, places, at, triangles, TRIANGLES, base.behind);
    const { codes, starts, palette, seen } = this.#at;
    this.#stamp += blocksOf(this.#side) ** 2 + 1;
    const most = mostPalette(this.#side);
    this.#palette = this.#kernel.codeNodes(
      map,
      nodes,
      codes,
      starts,
      palette,
      most,
      seen,
      this.#stamp,
    );
    this.#edges = this.#drawEdges(base);
  }

  /** Adds what a layer over those before it shows. */
  over(texture: number, { triangles, vertices }: Layer, values: Float32Array): void {
    const own = this.#values[this.#layers.length] ?? new Float32Array(4 * MESH_VERTICES);
    own.fill(0);
    own.set(values.subarray(0, 4 * vertices));
    this.#layers.push({ texture, triangles, values: own });
  }

  /** @returns undefined where more is in the frame than fits: it is to be drawn as a picture. */
  take(places: Float32Array, shading: Float32Array): MeshPicture | undefined {
    const side = this.#side;
    const { layer, marks, codes, starts, palette } = this.#at;
    this.#kernel.markPainted(layer, side, tileSide(side), marks);
    const painted = this.#takeTiles(layer, 'painted');
    const [edges, length] = [this.#edges, this.#palette];
    if (Math.min(painted, edges, length) < 0) return undefined;
    if (this.#layers.length > 1 + MOST_LAYERS_OVER) return undefined;
    return {
      side,
      places,
      layers: this.#layers,
      codes: new Uint8Array(this.#buffer, codes, nodesOf(side) ** 2),
      starts: new Float32Array(this.#buffer, starts, blocksOf(side) ** 2),
      palette: new Float32Array(this.#buffer, palette, length),
      edges: this.#tiles('edges', edges),
      painted: this.#tiles('painted', painted),
      shading,
    };
  }

  /** Draws the tiles in which the map alone does not tell what is seen. @returns how many; −1 where too many. */
  #drawEdges({ texture, stride, scale, reach, pieces }: BaseLayer): number {
    const { target, map, pieces: at } = this.#painter;
    const { marks } = this.#at;
    const side = this.#side;
    const tile = tileSide(side);
    const outline = (): void =>
      this.#kernel.drawSilhouetteMarking(
        target,
        side,
        map,
        texture,
        stride,
        scale,
        at,
        pieces,
        tile,
        marks,
      );
    this.#kernel.markEdges(map, side, reach, tile, marks);
    // First to learn where it runs.
    outline();
    this.#kernel.remapMarked(target, side, map, texture, stride, reach, tile, marks);
    this.#soften(target, side, map);
    outline();
    return this.#takeTiles(target, 'edges');
  }

  #takeTiles(picture: number, kind: 'edges' | 'painted'): number {
    const { table, rows, tiles } = this.#at[kind];
    const clear = Number(kind === 'painted');
    return this.#kernel.takeMarked(
      picture,
      this.#side,
      tileSide(this.#side),
      this.#at.marks,
      table,
      rows,
      tiles,
      MOST_TILES,
      clear,
    );
  }

  #tiles(kind: 'edges' | 'painted', count: number): DrawnTiles {
    const { table, rows, tiles } = this.#at[kind];
    const bytes = count * tileSide(this.#side) ** 2 * 4;
    return {
      table: new Uint8Array(this.#buffer, table, TILES ** 2),
      rows: new Float32Array(this.#buffer, rows, TILES),
      tiles: new Uint8Array(this.#buffer, tiles, bytes),
    };
  }
}
