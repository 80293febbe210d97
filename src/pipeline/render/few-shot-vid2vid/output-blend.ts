import type { Px } from '../../picture.ts';
import type { WarpPainter } from '../warp/warp-painter.ts';
import { ANSWER_LIMITS } from './answer-limits.ts';
import { EnclosedFace } from './enclosed-face.ts';
import { FaceReserve } from './face-reserve.ts';
import type { FewShotExports } from './few-shot-kernel.io.ts';
import type { Field } from './field.ts';
import type { HalfField } from './half-field.ts';
import { PICTURE_CHANNELS } from './network-shape.ts';
import { isWhole, type NetworkWindow, wholeOf } from './network-window.ts';

/** What the generator answers for one frame; planes of the field, or of the window that it was given. */
export interface GeneratorOutput {
  /** Six planes to add to the warped picture's, 1 for 255. */
  readonly residual: Float32Array;
  /** Share of the previous output, 0…1. */
  readonly previous: Float32Array;
  /** What to add to the mesh's flow to the previous output, x then y, in sides. */
  readonly flow: Float32Array;
}

/**
 * Lays the generator's answer and its previous output over the picture that the painter has drawn, at
 * the full size of the output. Works in its painter's memory, where it keeps the previous output.
 */
export class OutputBlend {
  readonly #painter: WarpPainter;
  readonly #field: Field;
  readonly #kernel: FewShotExports;
  readonly #at: ReturnType<typeof layout>;
  readonly #residual: Float32Array;
  readonly #share: Float32Array;
  readonly #flow: Float32Array;
  readonly #part: Float32Array;
  readonly #memory: Uint8Array;
  readonly #reserve: FaceReserve;
  readonly #face: EnclosedFace;
  #hasPrevious = false;
  /** What of the field the answer taken in last lies in. */
  #window: NetworkWindow;
  /** Whether there is a residual. */
  #adds = false;

  /**
   * @param kernel of that field.
   * @param at where {@link blendBytes} of the painter's memory are free, a multiple of 16.
   */
  constructor(painter: WarpPainter, field: Field, kernel: FewShotExports, at: number) {
    this.#painter = painter;
    this.#field = field;
    this.#reserve = new FaceReserve(field);
    this.#face = new EnclosedFace(field);
    this.#window = wholeOf(field);
    this.#kernel = kernel;
    this.#at = layout(painter.canvas.side, field, at);
    const { plane } = field;
    const { buffer } = painter.memory;
    this.#memory = new Uint8Array(buffer);
    this.#residual = new Float32Array(buffer, this.#at.residual, PICTURE_CHANNELS * plane);
    this.#share = new Float32Array(buffer, this.#at.share, plane);
    this.#flow = new Float32Array(buffer, this.#at.flow, 2 * plane);
    this.#part = new Float32Array(buffer, this.#at.part, PICTURE_CHANNELS * plane);
  }

  /** Whether an output is kept, for the next frame to begin from. */
  get hasPrevious(): boolean {
    return this.#hasPrevious;
  }

  /** Takes in an answer for a window; around it there is none. @returns whether it can be drawn: finite, and of a sensible size. */
  take(
    { residual, previous, flow }: GeneratorOutput,
    window: NetworkWindow = wholeOf(this.#field),
  ): boolean {
    this.#window = window;
    this.#adds = true;
    this.#place(this.#residual, residual, this.#at.residual, window);
    this.#place(this.#share, previous, this.#at.share, window);
    this.#place(this.#flow, flow, this.#at.flow, window);
    return this.#sound();
  }

  /** The same of an answer for half the window's rows and columns. */
  takeHalf(
    { residual, previous, flow }: GeneratorOutput,
    window: NetworkWindow,
    field: HalfField,
  ): boolean {
    this.#window = window;
    this.#adds = true;
    for (const planes of [this.#residual, this.#share, this.#flow]) planes.fill(0);
    const { part, rows } = this.#at;
    this.#part.set(residual);
    this.#part.set(previous, residual.length);
    this.#part.set(flow, residual.length + previous.length);
    const share = part + 4 * residual.length;
    const parts = { residual: part, share, flow: share + 4 * previous.length };
    field.double(parts, window, this.#at, rows);
    return this.#sound();
  }

  #sound(): boolean {
    const { x, y, width, height } = this.#window;
    const within = (at: number, count: number, most: number): boolean =>
      this.#kernel.largest(at, count, x, y, width, height) <= most; // false where it is not a number
    return (
      within(this.#at.residual, PICTURE_CHANNELS, ANSWER_LIMITS.residual) &&
      within(this.#at.share, 1, ANSWER_LIMITS.share) &&
      within(this.#at.flow, 2, ANSWER_LIMITS.flow)
    );
  }

  /**
   * In place of an answer: the last output as it is, moved along with the mesh, as far as the face's lines go in its
   * pose's map. Beyond them it was the warp, and a fresh one is sharper than one that was moved.
   */
  goOn(map: Uint8Array): void {
    this.#window = this.#face.cover(map, this.#share);
    this.#flow.fill(0);
    this.#adds = false;
  }

  /** Of the answer taken in last, leaves less of mouth and eyes the better an example shows them. */
  spareShown(): void {
    const { points, shown } = this.#painter;
    if (this.#adds) this.#reserve.withhold([this.#residual, this.#share], points, shown);
    else this.#reserve.withholdAgain(this.#share, points, shown);
  }

  /** Draws the answer taken in last over the canvas. @param flow of the mesh, an offset in the painter's memory. */
  draw(flow: number): void {
    const { canvas, kernel } = this.#painter;
    const { map, previous, share, flow: residualFlow, residual, field, luma, rows } = this.#at;
    const { side } = canvas;
    // Before the first output the warped picture stands for it.
    if (!this.#hasPrevious) this.#copy(canvas.at, previous);
    const { x, y, width, height } = this.#window;
    const cells = side / 2;
    // Nodes that the remap looks at: those of the window and one more, as far as the picture goes.
    const node = (cell: number): number => (cell * side) / this.#field.side;
    const [left, top, right, bottom] = [node(x), node(y), node(x + width), node(y + height)];
    const [endColumn, endRow] = [Math.min(cells, right) + 1, Math.min(cells, bottom) + 1];
    this.#kernel.placePrevious(
      map,
      side,
      flow,
      residualFlow,
      share,
      field,
      left,
      top,
      endColumn,
      endRow,
    );
    kernel.remapOver(canvas.at, side, map, previous, side * 4, left, top, right, bottom);
    if (!this.#adds) return;
    this.#kernel.addResidual(canvas.at, side, residual, x, y, width, height, luma, rows);
  }

  /** What is on the canvas is the previous output of the next frame. */
  keep(): void {
    this.#copy(this.#painter.canvas.at, this.#at.previous);
    this.#hasPrevious = true;
  }

  /** The next frame has no output before it. */
  forget(): void {
    this.#hasPrevious = false;
  }

  #place(planes: Float32Array, answer: Float32Array, at: number, window: NetworkWindow): void {
    if (isWhole(window, this.#field)) {
      planes.set(answer);
      return;
    }
    const { x, y, width, height } = window;
    this.#part.set(answer);
    this.#kernel.placePlanes(
      this.#at.part,
      planes.length / this.#field.plane,
      x,
      y,
      width,
      height,
      at,
    );
  }

  #copy(from: number, to: number): void {
    this.#memory.copyWithin(to, from, from + this.#painter.canvas.side ** 2 * 4);
  }
}

/** What an {@link OutputBlend} needs of its painter's memory. */
export function blendBytes(side: Px, field: Field): number {
  return layout(side, field, 0).end;
}

function layout(side: Px, { cells, side: seen, planeBytes }: Field, from: number) {
  let next = from;
  const take = (bytes: number): number => {
    const at = next;
    next += (bytes + 15) & ~15;
    return at;
  };
  const parts = {
    residual: take(PICTURE_CHANNELS * planeBytes),
    share: take(planeBytes),
    flow: take(2 * planeBytes),
    part: take(PICTURE_CHANNELS * planeBytes),
    field: take((cells + 4) * cells * 16),
    luma: take(seen * seen * 4),
    rows: take(8192),
    map: take((side / 2 + 1) ** 2 * 16),
    // Neighbours are read in pairs, from the row below the last one too; they count for nothing there.
    previous: take((side + 1) * side * 4 + 16),
  };
  return { ...parts, end: next };
}
