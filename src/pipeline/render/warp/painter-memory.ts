import { UnderstudyError } from '../../../errors.ts';
import type { AvatarFrame, Px } from '../../picture.ts';
import type { Canvas } from './canvas.ts';
import { type KernelBlock, KernelSpace } from './kernel-space.ts';
import { SHADING_NODES } from './shading.ts';
import { PIECE_FLOATS } from './silhouette.ts';
import { OUTPUT_SIDES } from './warp-identity.ts';
import { allocator } from './warp-memory.ts';

/** Byte offsets of what a painter draws in. */
export interface PainterOffsets {
  /** Nodes of four f32. */
  readonly map: number;
  /** Texels of four bytes. */
  readonly target: number;
  /** As the target, what is behind the head; as long as nothing where nothing is known of it. */
  readonly backdrop: number;
  /** Two f32 a vertex. */
  readonly places: number;
  /** Four f32 a vertex. */
  readonly values: number;
  /** Three u16 a triangle. */
  readonly triangles: number;
  /** f32 at each node of a shading, and what its kernel makes of them. */
  readonly shading: number;
  readonly shadingColumns: number;
  /** Six f32 a piece of the outline. */
  readonly pieces: number;
  readonly y: number;
  readonly u: number;
  readonly v: number;
  readonly spare: number;
}

/** A painter's block of the memory that its identity's textures lie in: owned by it, and given back by `close`. */
export class PainterMemory {
  /** Nodes of the map in a row, one for every second pixel. */
  readonly nodes: number;
  readonly at: PainterOffsets;
  readonly canvas: Canvas;
  readonly places: Float32Array;
  readonly values: Float32Array;
  readonly pieces: Float32Array;
  /** The planes, which `toPlanes` of the kernel fills. */
  readonly frame: AvatarFrame;
  readonly #space: KernelSpace;
  readonly #block: KernelBlock;
  #closed = false;

  /**
   * @param side of the picture, even.
   * @param spare bytes that somebody else wants.
   * @throws UnderstudyError `render_size_invalid`, `render_memory_full`
   */
  constructor(
    memory: WebAssembly.Memory,
    side: Px,
    {
      vertices,
      triangles,
      pieces,
      backdrop,
      spare,
    }: {
      vertices: number;
      triangles: readonly number[];
      pieces: number;
      backdrop: boolean;
      spare: number;
    },
  ) {
    refuseSide(side);
    const nodes = side / 2 + 1;
    const layOut = (from: number) => {
      const space = allocator(from);
      const at = {
        map: space.take(nodes ** 2 * 16 + 16),
        target: space.take(side ** 2 * 4),
        backdrop: space.take(backdrop ? side ** 2 * 4 : 0),
        places: space.take(vertices * 8),
        values: space.take(vertices * 16),
        triangles: space.take(triangles.length * 2),
        pieces: space.take(pieces * PIECE_FLOATS * 4),
        shading: space.take(SHADING_NODES ** 2 * 4),
        shadingColumns: space.take(SHADING_NODES * side * 2 + 16),
        y: space.take(side ** 2),
        u: space.take(side ** 2 / 4),
        v: space.take(side ** 2 / 4),
        spare: space.take(spare),
      };
      return { at, bytes: space.end - from };
    };
    this.nodes = nodes;
    this.#space = new KernelSpace(memory);
    this.#block = this.#space.take(layOut(0).bytes);
    const { at } = layOut(this.#block.at);
    const { buffer } = memory;
    this.at = at;
    this.canvas = { memory: new Uint8Array(buffer), at: at.target, side };
    this.places = new Float32Array(buffer, at.places, vertices * 2);
    this.values = new Float32Array(buffer, at.values, vertices * 4);
    this.pieces = new Float32Array(buffer, at.pieces, pieces * PIECE_FLOATS);
    new Uint16Array(buffer, at.triangles, triangles.length).set(triangles);
    const plane = (offset: number, length: number): Uint8Array =>
      new Uint8Array(buffer, offset, length);
    this.frame = {
      width: side,
      height: side,
      y: plane(at.y, side ** 2),
      u: plane(at.u, side ** 2 / 4),
      v: plane(at.v, side ** 2 / 4),
    };
  }

  /** Gives the block back. Nothing of it may be used any more. */
  close(): void {
    if (!this.#closed) this.#space.give(this.#block);
    this.#closed = true;
  }
}

function refuseSide(size: Px): void {
  const { least, most } = OUTPUT_SIDES;
  if (!Number.isInteger(size) || size < least || size > most || size % 2 !== 0) {
    throw new UnderstudyError(
      'render_size_invalid',
      `The output's side must be an even number from ${least} to ${most}, not ${size}.`,
      { value: size, valid: [least, most] },
    );
  }
}
