import type { OnnxFeed } from '../../landmark/onnx-session.ts';
import type { AvatarFrame, Px } from '../../picture.ts';
import type { MeshPicture } from '../warp/mesh-picture.ts';
import { batchWindows } from './batch-window.ts';
import type { Field } from './field.ts';
import { FRAME_INPUTS, MAP_CHANNELS, MOTION_CHANNELS } from './frame-values.ts';
import type { DescribedMotion } from './mesh-motion.ts';
import type { NetworkWindow } from './network-window.ts';
import { pictureLength } from './picture-graph.ts';

/** The warp's picture, without a mark, or how it is drawn from the textures that an output holds, and the mesh's motion with it. */
export type FrameWarp =
  | { readonly kind: 'painted'; readonly planes: AvatarFrame }
  | {
      readonly kind: 'described';
      readonly mesh: MeshPicture;
      readonly motion: DescribedMotion;
    };

/** A frame that a device is to finish with the network. */
export interface FullFrame {
  readonly kind: 'full';
  readonly warp: FrameWarp;
  /** The least that the network must be given. */
  readonly window: NetworkWindow;
  /** Writes what is known of the frame in a window around that: see {@link FRAME_INPUTS}. Without a warp that was painted no motion. */
  describe(window: NetworkWindow, maps: Uint8Array, motion: Float32Array | undefined): void;
}

/** One that shows the last output again, moved along with the mesh. */
export interface BetweenFrame {
  readonly kind: 'between';
  readonly warp: FrameWarp;
  /** The mesh's flow, planes of x and of y, in sides; of a warp that was painted. */
  readonly flow?: Float32Array;
  /** What the examples leave of the last output, a plane, 255 for all. */
  readonly left: Uint8Array;
}

export type FrameToFinish = FullFrame | BetweenFrame;

/**
 * Lays the frames of a run beside each other, in memory that it keeps for the next one of the same side; of warps those
 * that were painted. What fills a batch up is what lay there before; nobody sees what comes of it.
 */
export class FrameFeeds {
  readonly #length: number;
  readonly #field: Field;
  #warp = new Uint8Array(0);
  #maps = new Uint8Array(0);
  #motion = new Float32Array(0);

  constructor(side: Px, field: Field) {
    this.#length = pictureLength(side);
    this.#field = field;
  }

  /** @param length of the batch. @returns views, valid until the next call. */
  full(frames: readonly FullFrame[], length: number): Record<string, OnnxFeed> {
    const windows = batchWindows(
      this.#field,
      frames.map(({ window }) => window),
    );
    const { width, height } = windows[0]!;
    const cells = width * height;
    this.#maps = grown(this.#maps, length * MAP_CHANNELS * cells);
    const painted = frames[0]!.warp.kind === 'painted';
    if (painted) this.#motion = grown(this.#motion, length * MOTION_CHANNELS * cells);
    for (const [i, frame] of frames.entries()) {
      const [maps, motion] = [MAP_CHANNELS * cells, MOTION_CHANNELS * cells];
      frame.describe(
        windows[i]!,
        this.#maps.subarray(i * maps, (i + 1) * maps),
        painted ? this.#motion.subarray(i * motion, (i + 1) * motion) : undefined,
      );
    }
    const { maps, motion, corner, scale, cells: size, fineCells } = FRAME_INPUTS;
    const corners = Array.from({ length }, (_, i) => windows[i] ?? windows[0]!);
    return {
      ...this.#pictures(frames, length),
      [corner]: {
        dims: [length, 1, 1, 2],
        data: Float32Array.from(corners.flatMap(({ x, y }) => [x, y])),
      },
      [scale]: { dims: [1, 1, 1, 2], data: Float32Array.of(2 / width, 2 / height) },
      [size]: { dims: [2], data: BigInt64Array.of(BigInt(height), BigInt(width)) },
      [fineCells]: { dims: [2], data: BigInt64Array.of(BigInt(2 * height), BigInt(2 * width)) },
      [maps]: {
        dims: [length, MAP_CHANNELS, height, width],
        data: this.#maps.subarray(0, length * MAP_CHANNELS * cells),
      },
      ...(painted && {
        [motion]: {
          dims: [length, MOTION_CHANNELS, height, width],
          data: this.#motion.subarray(0, length * MOTION_CHANNELS * cells),
        },
      }),
    };
  }

  /** The same for frames without the network. */
  between(frames: readonly BetweenFrame[], length: number): Record<string, OnnxFeed> {
    const painted = frames[0]!.warp.kind === 'painted';
    const { cells, plane } = this.#field;
    if (painted) this.#motion = grown(this.#motion, length * 2 * plane);
    this.#maps = grown(this.#maps, length * plane);
    frames.forEach(({ flow, left }, i) => {
      if (painted && flow) this.#motion.set(flow, i * 2 * plane);
      this.#maps.set(left, i * plane);
    });
    return {
      ...this.#pictures(frames, length),
      ...(painted && {
        [FRAME_INPUTS.motion]: {
          dims: [length, 2, cells, cells],
          data: this.#motion.subarray(0, length * 2 * plane),
        },
      }),
      [FRAME_INPUTS.maps]: {
        dims: [length, 1, cells, cells],
        data: this.#maps.subarray(0, length * plane),
      },
    };
  }

  #pictures(frames: readonly FrameToFinish[], length: number): Record<string, OnnxFeed> {
    const painted = frames.flatMap(({ warp }) => (warp.kind === 'painted' ? [warp.planes] : []));
    if (painted.length === 0) return {};
    this.#warp = grown(this.#warp, length * this.#length);
    for (const [i, { y, u, v }] of painted.entries()) {
      let at = i * this.#length;
      for (const plane of [y, u, v]) {
        this.#warp.set(plane, at);
        at += plane.length;
      }
    }
    return {
      [FRAME_INPUTS.warp]: {
        dims: [length, this.#length],
        data: this.#warp.subarray(0, length * this.#length),
      },
    };
  }
}

function grown<Numbers extends Uint8Array | Float32Array>(
  numbers: Numbers,
  length: number,
): Numbers {
  if (numbers.length >= length) return numbers;
  return new (numbers.constructor as new (length: number) => Numbers)(length);
}
