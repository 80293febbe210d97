import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CameraFrame, Px } from '../../picture.ts';
import { ModelError } from '../model-error.ts';
import { CANVAS_BLURS } from './canvas-blurs.ts';
import { CANVAS_POINTS, CANVAS_TRIANGLES } from './canvas-mesh.ts';
import { CANVAS_SIDE, type CanvasPlace } from './canvas-place.ts';

/** Where `kernel/skin/layout.as.ts` has what a caller reads and writes, in bytes. */
const PLACES = [
  'CONTRAST_BLUR',
  'DRAWN',
  'FLOW_BLUR',
  'FLOW_X',
  'FLOW_Y',
  'FRAME',
  'GRID_ROW',
  'LIGHT_BLUR',
  'LUMA',
  'MARGIN',
  'POINTS',
  'REFERENCE',
  'TRIANGLES',
] as const;

/** What `kernel/skin.as.ts` exports; arguments as it names them. */
type SkinKernel = Readonly<Record<(typeof PLACES)[number], WebAssembly.Global>> & {
  read(...args: number[]): void;
  draw(triangles: number, open: number): void;
  follow(...args: number[]): number;
};

const KERNEL = new URL('../../../../build/kernel/skin.wasm', import.meta.url);
const PAGE = 65_536;
/** Of 64 KiB each: what the planes take up; there are more as soon as a picture needs them. */
const FIRST_PAGES = 36;
/** Numbers of a point as the kernel has it: x, y, z in the frame, x, y in the reference. */
const POINT = 5;
/** Pixels of a block; their motion is one. */
const BLOCK = 4;
const BLOCKS = CANVAS_SIDE / BLOCK;
/** The kernel reads whole vectors of bytes. */
const OVERRUN = 16;

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

/** How the motion is looked for. */
export interface FlowSearch {
  /** Levels of luma by which skin differs from itself through the camera's noise alone: less contrast is not drawn out. */
  readonly noise: number;
  /** Of a pattern's standard deviation: pixels that differ by more say less. */
  readonly outlier: number;
  /** What pattern there has to be for it to count more than that nothing has moved: mean squared slope. */
  readonly still: number;
  /** Pixels of the canvas: nothing is looked for farther away. */
  readonly most: number;
  /** Steps at each level, the largest first. */
  readonly steps: readonly number[];
}

/**
 * A canvas around one face, in a memory of its own, which goes when this does, and the kernel that works on it: the frame as
 * it lies there, the face as it was first seen, and that as it would look now.
 */
export class SkinCanvas {
  readonly #memory = new WebAssembly.Memory({ initial: FIRST_PAGES });
  readonly #kernel = kernelOver(this.#memory);
  readonly #at = Object.fromEntries(
    PLACES.map((name) => [name, this.#kernel[name].value as number]),
  ) as Readonly<Record<(typeof PLACES)[number], number>>;
  #numbers = new Float32Array(this.#memory.buffer);

  /** @throws ModelError `kernel_missing`. */
  constructor() {
    const { TRIANGLES, LIGHT_BLUR, CONTRAST_BLUR, FLOW_BLUR } = this.#at;
    const { buffer } = this.#memory;
    new Uint16Array(buffer, TRIANGLES, CANVAS_TRIANGLES.length).set(CANVAS_TRIANGLES);
    for (const [at, taps] of [
      [LIGHT_BLUR, CANVAS_BLURS.light],
      [CONTRAST_BLUR, CANVAS_BLURS.contrast],
      [FLOW_BLUR, CANVAS_BLURS.flow],
    ] as const) {
      new Uint32Array(buffer, at, 1).fill(taps.length - 1);
      this.#numbers.set(taps, at / 4 + 1);
    }
  }

  /** The frame that was read last, row by row. A view: it holds until the next {@link read}. */
  get frame(): Float32Array {
    return this.#plane(this.#at.FRAME);
  }

  /** The face as it was drawn last; likewise. */
  get drawn(): Float32Array {
    return this.#plane(this.#at.DRAWN);
  }

  /** Reads the frame where the canvas lies in it. */
  read(frame: CameraFrame, { x, y, scale }: CanvasPlace): void {
    const { width, height, strideY, y: luma } = frame;
    const reach = CANVAS_SIDE / 2 / scale + Math.max(1, 1 / scale) + 1;
    const within = (row: Px) => Math.min(height - 1, Math.max(0, Math.floor(row)));
    const [top, bottom] = [within(y - reach), within(y + reach)];
    this.#show(luma.subarray(top * strideY, (bottom + 1) * strideY));
    this.#kernel.read(this.#at.LUMA, strideY, width - 1, top, bottom, x, y, scale);
  }

  /** The frame that was read last becomes the reference. */
  keep(): void {
    const { REFERENCE } = this.#at;
    this.#plane(REFERENCE).set(this.frame);
  }

  /**
   * Draws the reference as it would look in the frame.
   * @param points x, y, z of {@link CANVAS_POINTS}, in the frame's canvas. @param reference the same in the reference's.
   * @param open 0…1: how far the mouth is.
   */
  draw(points: Float32Array, reference: Float32Array, open: number): void {
    const first = this.#at.POINTS / 4;
    for (let i = 0; i < CANVAS_POINTS; i++) {
      const o = first + POINT * i;
      this.#numbers[o] = points[3 * i]!;
      this.#numbers[o + 1] = points[3 * i + 1]!;
      this.#numbers[o + 2] = points[3 * i + 2]!;
      this.#numbers[o + 3] = reference[3 * i]!;
      this.#numbers[o + 4] = reference[3 * i + 1]!;
    }
    this.#kernel.draw(CANVAS_TRIANGLES.length / 4, open);
  }

  /** Finds where in the frame what was drawn is seen. @returns how alike skin and frame are then: correlation. */
  follow({ noise, outlier, still, most, steps }: FlowSearch): number {
    const counts = steps.reduce((all, count, level) => all | (count << (8 * level)), 0);
    return this.#kernel.follow(noise, outlier, still, most, counts);
  }

  /** By how much what was drawn at a place of the canvas lies beside it in the frame, x and y. @param into where they go. */
  flowAt(x: number, y: number, into: Float32Array): void {
    const { FLOW_X, FLOW_Y, GRID_ROW, MARGIN } = this.#at;
    const middle = (value: number) =>
      Math.min(BLOCKS - 1, Math.max(0, (value + 0.5) / BLOCK - 0.5));
    const [bx, by] = [middle(x), middle(y)];
    const [ix, iy] = [Math.min(BLOCKS - 2, Math.floor(bx)), Math.min(BLOCKS - 2, Math.floor(by))];
    const [a, b] = [bx - ix, by - iy];
    const row = GRID_ROW / 4;
    const corner = (iy + MARGIN) * row + ix + MARGIN;
    [FLOW_X, FLOW_Y].forEach((grid, k) => {
      const o = grid / 4 + corner;
      const above = (1 - a) * this.#numbers[o]! + a * this.#numbers[o + 1]!;
      const below = (1 - a) * this.#numbers[o + row]! + a * this.#numbers[o + row + 1]!;
      into[k] = (1 - b) * above + b * below;
    });
  }

  #plane(at: number): Float32Array {
    return this.#numbers.subarray(at / 4, at / 4 + CANVAS_SIDE * CANVAS_SIDE);
  }

  /** Rows of luma, into the kernel's memory. */
  #show(rows: Uint8Array): void {
    const { LUMA } = this.#at;
    const lacking = LUMA + rows.length + OVERRUN - this.#memory.buffer.byteLength;
    if (lacking > 0) {
      this.#memory.grow(Math.ceil(lacking / PAGE));
      this.#numbers = new Float32Array(this.#memory.buffer);
    }
    new Uint8Array(this.#memory.buffer, LUMA, rows.length).set(rows);
  }
}
