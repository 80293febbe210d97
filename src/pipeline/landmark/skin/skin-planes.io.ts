import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CameraFrame, Px } from '../../picture.ts';
import { FACE_TRIANGLES } from '../face-triangles.ts';
import { ModelError } from '../model-error.ts';
import { FACE_SHEET } from './face-sheet.ts';
import type { SheetMap } from './sheet-map.ts';
import { SKIN_BLURS } from './skin-blurs.ts';

/** What `kernel/skin.as.ts` exports; arguments as it names them. */
interface SkinKernel {
  lay(...args: number[]): void;
  read(...args: number[]): void;
  follow(outlier: number, still: number, most: number): number;
  remember(share: number, frames: number): void;
}

const KERNEL = new URL('../../../../build/kernel/skin.wasm', import.meta.url);
const PAGE = 65_536;
/** The kernel's own static data lies below. */
const MEMORY_START = PAGE;
const TRIANGLES = FACE_TRIANGLES.length / 3;

/** Planes as the kernel has them one after another; behind them lie five to work in, and rows. */
const PLANES = ['mask', 'skin', 'seen', 'now', 'pattern', 'known', 'x', 'y', 'moved'] as const;
const SCRATCH_PLANES = 7;
const SCRATCH_ROWS = 6;

const PLANE_BYTES = 4 * FACE_SHEET.width * FACE_SHEET.height;

/** Where what lies in memory begins, one after the other; luma last, of which there is as much as is needed. */
const PLACES = (() => {
  let at = MEMORY_START;
  const next = (bytes: number) => {
    const place = at;
    at += 16 * Math.ceil(bytes / 16);
    return place;
  };
  const tapsBytes = (taps: Float32Array) => 4 + taps.byteLength;
  return {
    spans: next(8 * FACE_SHEET.height),
    light: next(tapsBytes(SKIN_BLURS.light)),
    contrast: next(tapsBytes(SKIN_BLURS.contrast)),
    flow: next(tapsBytes(SKIN_BLURS.flow)),
    affine: next(4 * 6 * TRIANGLES),
    sight: next(4 * TRIANGLES),
    triangles: next(PLANE_BYTES / 2),
    planes: next((PLANES.length + SCRATCH_PLANES) * PLANE_BYTES),
    rows: next(4 * SCRATCH_ROWS * FACE_SHEET.width),
    luma: next(0),
  };
})();

let compiled: WebAssembly.Module | undefined;

/** @throws ModelError `kernel_missing`. */
function kernelOver(memory: WebAssembly.Memory): SkinKernel {
  try {
    compiled ??= new WebAssembly.Module(readFileSync(KERNEL));
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
    return exports as unknown as SkinKernel;
  } catch (cause) {
    throw new ModelError(
      'kernel_missing',
      `The skin kernel cannot be loaded from ${fileURLToPath(KERNEL)}: run "npm run build".`,
      { cause },
    );
  }
}

interface Views {
  readonly bytes: Uint8Array;
  readonly affine: Float32Array;
  readonly sight: Float32Array;
  readonly planes: Readonly<Record<(typeof PLANES)[number], Float32Array>>;
}

/**
 * The planes of one face's sheet, in a memory of their own, which goes when this does, and the kernel that works on them.
 * Views of them hold until the next {@link read}.
 */
export class SkinPlanes {
  readonly #memory = new WebAssembly.Memory({ initial: Math.ceil(PLACES.luma / PAGE) });
  readonly #kernel = kernelOver(this.#memory);
  #views = this.#viewed();

  /** @throws ModelError `kernel_missing`. */
  constructor() {
    const { width, height, cells, triangles, skin } = FACE_SHEET;
    const { buffer } = this.#memory;
    const masks = new Int32Array(buffer, PLACES.planes, width * height);
    const owners = new Uint16Array(buffer, PLACES.triangles, width * height);
    const spans = new Uint32Array(buffer, PLACES.spans, 2 * height);
    cells.forEach((at, c) => {
      masks[at] = -1;
      owners[at] = triangles[c]!;
      this.#views.planes.skin[at] = skin[c]!;
      // Cells are in order, and a row is whole vectors.
      const row = 2 * Math.floor(at / width);
      spans[row] ||= 16 * Math.floor(at / 4);
      spans[row + 1] = 16 * (Math.floor(at / 4) + 1);
    });
    for (const name of ['light', 'contrast', 'flow'] as const) {
      const taps = SKIN_BLURS[name];
      new Uint32Array(buffer, PLACES[name], 1).fill(taps.length - 1);
      new Float32Array(buffer, PLACES[name] + 4, taps.length).set(taps);
    }
    const top = Math.floor(cells[0]! / width);
    const bottom = Math.floor(cells.at(-1)! / width) + 1;
    const { planes, affine, sight, light, contrast, flow } = PLACES;
    const tables = [planes, PLACES.spans, PLACES.triangles, affine, sight];
    this.#kernel.lay(width, height, top, bottom, ...tables, light, contrast, flow);
  }

  /** How well each cell is seen, 0…1. */
  get seen(): Float32Array {
    return this.#views.planes.seen;
  }

  /** The pattern of the frame that was read last. */
  get now(): Float32Array {
    return this.#views.planes.now;
  }

  /** The same as it was compared with what is known: where the flow before had it. */
  get moved(): Float32Array {
    return this.#views.planes.moved;
  }

  /** What is known of the face's pattern. */
  get pattern(): Float32Array {
    return this.#views.planes.pattern;
  }

  /** How well, 0…1. */
  get known(): Float32Array {
    return this.#views.planes.known;
  }

  /** The flow: what belongs to a cell lies so many cells right of it. */
  get x(): Float32Array {
    return this.#views.planes.x;
  }

  /** And so many below it. */
  get y(): Float32Array {
    return this.#views.planes.y;
  }

  /**
   * Reads {@link now} and {@link seen}.
   * @param taps pixels that a cell's light is told by, a row of them.
   * @param noise levels of luma.
   */
  read(frame: CameraFrame, map: SheetMap, taps: number, noise: number): void {
    const { top, bottom } = map.rows(frame.height);
    this.#show(frame, top, bottom);
    this.#views.affine.set(map.affine);
    this.#views.sight.set(map.seen);
    this.#kernel.read(PLACES.luma, frame.strideY, frame.width - 1, top, bottom - 1, taps, noise);
  }

  /**
   * One step of the flow, towards where {@link now} is as {@link pattern}.
   * @param outlier by how much a cell may differ before it says less.
   * @param still sum of squared slopes that speaks for no motion. @param most cells.
   * @returns how alike they were: correlation.
   */
  follow(outlier: number, still: number, most: number): number {
    return this.#kernel.follow(outlier, still, most);
  }

  /** What is seen now joins what is known, a mean over so many frames. @param share of the way that skin is brought back. */
  remember(share: number, frames: number): void {
    this.#kernel.remember(share, frames);
  }

  /** Rows of luma, into the kernel's memory. */
  #show({ y: luma, strideY }: CameraFrame, top: Px, bottom: Px): void {
    const shown = luma.subarray(top * strideY, bottom * strideY);
    const lacking = PLACES.luma + shown.length - this.#memory.buffer.byteLength;
    if (lacking > 0) {
      this.#memory.grow(Math.ceil(lacking / PAGE));
      this.#views = this.#viewed();
    }
    this.#views.bytes.set(shown, PLACES.luma);
  }

  #viewed(): Views {
    const { buffer } = this.#memory;
    const plane = (k: number) =>
      new Float32Array(buffer, PLACES.planes + k * PLANE_BYTES, PLANE_BYTES / 4);
    return {
      bytes: new Uint8Array(buffer),
      affine: new Float32Array(buffer, PLACES.affine, 6 * TRIANGLES),
      sight: new Float32Array(buffer, PLACES.sight, TRIANGLES),
      planes: Object.fromEntries(PLANES.map((name, k) => [name, plane(k)])) as Views['planes'],
    };
  }
}
