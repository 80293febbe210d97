import type { WarpPainter } from '../warp/warp-painter.ts';
import { type FewShotExports, fewShotKernel } from './few-shot-kernel.io.ts';
import type { Field } from './field.ts';
import type { HalfField } from './half-field.ts';
import { MeshMotion, meshMotionBytes } from './mesh-motion.ts';
import { PICTURE_CHANNELS } from './network-shape.ts';
import { isWhole, type NetworkWindow, wholeOf } from './network-window.ts';
import { POSE_CHANNELS, PoseMap } from './pose-map.ts';

/** Where each part of the generator's input begins, in channels. */
export const INPUT_CHANNELS = Object.freeze({
  warp: 0,
  warpedPrevious: PICTURE_CHANNELS,
  previous: 2 * PICTURE_CHANNELS,
  lines: 3 * PICTURE_CHANNELS,
  linesBefore: 3 * PICTURE_CHANNELS + POSE_CHANNELS.length,
  displacement: 3 * PICTURE_CHANNELS + 2 * POSE_CHANNELS.length,
  count: 3 * PICTURE_CHANNELS + 2 * POSE_CHANNELS.length + 2,
});

/** Parts of the painter's spare memory, in bytes, in this order; each a multiple of 16. */
const partsOf = (field: Field) => ({
  input: INPUT_CHANNELS.count * field.planeBytes,
  cut: INPUT_CHANNELS.count * field.planeBytes,
  flow: 2 * field.planeBytes,
  warp: field.pictureBytes,
  previous: field.pictureBytes,
  warpedPrevious: field.pictureBytes,
  lines: POSE_CHANNELS.length * field.plane,
  ...meshMotionBytes(field),
});
type Part = keyof ReturnType<typeof partsOf>;

/** What a {@link Conditioning} needs of its painter's memory. */
export const conditioningBytes = (field: Field): number =>
  Object.values(partsOf(field)).reduce((sum, bytes) => sum + bytes, 0);

/**
 * What the generator is told about each frame: the warped example, its own last output, the pose's
 * map and the one before, and how the mesh moves. The same for training and for a call. Works in its
 * painter's memory; views of it are valid until the next frame.
 */
export class Conditioning {
  /** {@link INPUT_CHANNELS}, a plane of the field each, float. */
  readonly input: Float32Array;
  /** From this frame to the one before, in sides; planes of x, then of y. */
  readonly flow: Float32Array;
  /** The warped example as the network sees it. */
  readonly warp: Uint8Array;
  readonly #painter: WarpPainter;
  readonly #field: Field;
  readonly #cut: Float32Array;
  readonly kernel: FewShotExports;
  readonly #at: Readonly<Record<Part, number>>;
  readonly #motion: MeshMotion;
  readonly #linesBytes: Uint8Array;
  readonly #now: PoseMap;
  #hasPrevious = false;

  /** @param at where {@link conditioningBytes} of the painter's memory are free, a multiple of 16. */
  constructor(painter: WarpPainter, field: Field, at: number) {
    this.#painter = painter;
    this.#field = field;
    this.#now = new PoseMap(field);
    const { memory } = painter;
    this.kernel = fewShotKernel(field, memory);
    const parts = partsOf(field);
    const offsets = {} as Record<Part, number>;
    let next = at;
    for (const [part, bytes] of Object.entries(parts) as [Part, number][]) {
      offsets[part] = next;
      next += bytes;
    }
    this.#at = offsets;
    this.#motion = new MeshMotion(painter, field, this.kernel, offsets);
    this.input = new Float32Array(memory.buffer, offsets.input, parts.input / 4);
    this.#cut = new Float32Array(memory.buffer, offsets.cut, parts.cut / 4);
    this.flow = new Float32Array(memory.buffer, offsets.flow, parts.flow / 4);
    this.warp = new Uint8Array(memory.buffer, offsets.warp, parts.warp);
    this.#linesBytes = new Uint8Array(memory.buffer, offsets.lines, parts.lines);
  }

  /** Offset of {@link flow} in the painter's memory. */
  get flowAt(): number {
    return this.#at.flow;
  }

  /** Mean distance between the luma of the previous output and of the warped example, in steps of 255. */
  distance(): number {
    return this.kernel.distance(this.#at.previous, this.#at.warp);
  }

  /** The pose's map of this frame. */
  get lines(): Uint8Array {
    return this.#now.bytes;
  }

  /** Channels of the input that hold the displacement. */
  get displacement(): Float32Array {
    return this.input.subarray(INPUT_CHANNELS.displacement * this.#field.plane);
  }

  /** What of {@link input} lies in a window, channel after channel. */
  inside(window: NetworkWindow): Float32Array {
    if (isWhole(window, this.#field)) return this.input;
    const { x, y, width, height } = window;
    const { input, cut } = this.#at;
    this.kernel.cutPlanes(input, INPUT_CHANNELS.count, x, y, width, height, cut);
    return this.#cut.subarray(0, INPUT_CHANNELS.count * width * height);
  }

  /** The same of half its rows and columns. */
  halved(window: NetworkWindow, field: HalfField): Float32Array {
    const { input, cut } = this.#at;
    field.halve(input, window, cut);
    return this.#cut.subarray(0, (INPUT_CHANNELS.count * window.width * window.height) / 4);
  }

  /**
   * Takes in the frame that the painter has just drawn, for the network: as much as it is given of the field. Pictures
   * around that are what they were.
   */
  take(window: NetworkWindow = wholeOf(this.#field)): void {
    const { flow, field, warp, previous, warpedPrevious } = this.#at;
    const { x, y, width, height } = window;
    const pack = (picture: number, name: keyof typeof INPUT_CHANNELS): void =>
      this.kernel.pack(picture, this.#channel(name), x, y, width, height);
    this.follow();
    pack(warp, 'warp');
    this.#motion.displacement(this.#channel('displacement'));
    if (this.#hasPrevious) {
      // The field of the mesh is free again.
      this.kernel.warpPicture(previous, flow, warpedPrevious, field, x, y, width, height);
      pack(warpedPrevious, 'warpedPrevious');
      pack(previous, 'previous');
    } else this.#withoutPrevious();
  }

  /** Takes in as much of the frame as one without the network needs, and the next one with it. */
  follow(): void {
    const { canvas, points } = this.#painter;
    const at = this.#at;
    this.kernel.reduce(canvas.at, canvas.side, at.warp);
    this.#linesBytes.set(this.#now.draw(points).bytes);
    // The map before is this one's predecessor, which stands in the input since the last frame.
    if (this.#hasPrevious) this.#copyPlanes('linesBefore', 'lines', POSE_CHANNELS.length);
    this.kernel.toUnit(at.lines, this.#linesBytes.length, this.#channel('lines'));
    this.#motion.place();
    if (this.#hasPrevious) this.#motion.flow(at.flow);
  }

  /**
   * The frame's output becomes the previous one: a picture of the painter's side, four bytes a pixel
   * (Y, U, V, unused), at `output` in the painter's memory.
   */
  keep(output: number): void {
    this.kernel.reduce(output, this.#painter.canvas.side, this.#at.previous);
    this.#motion.keep();
    this.#hasPrevious = true;
  }

  /** The next frame has none before it. */
  forget(): void {
    this.#hasPrevious = false;
  }

  #withoutPrevious(): void {
    this.flow.fill(0);
    this.#copyPlanes('warpedPrevious', 'warp', PICTURE_CHANNELS);
    this.#copyPlanes('previous', 'warp', PICTURE_CHANNELS);
    this.#copyPlanes('linesBefore', 'lines', POSE_CHANNELS.length);
  }

  #copyPlanes(
    to: keyof typeof INPUT_CHANNELS,
    from: keyof typeof INPUT_CHANNELS,
    count: number,
  ): void {
    const { plane } = this.#field;
    const start = INPUT_CHANNELS[from] * plane;
    this.input.copyWithin(INPUT_CHANNELS[to] * plane, start, start + count * plane);
  }

  #channel(name: keyof typeof INPUT_CHANNELS): number {
    return this.#at.input + INPUT_CHANNELS[name] * this.#field.planeBytes;
  }
}
