import type {
  DeviceRun,
  DeviceSession,
  DeviceTensor,
  OnnxFeed,
} from '../../landmark/onnx-session.ts';
import type { Px } from '../../picture.ts';
import { batchWindows } from './batch-window.ts';
import { BATCH_INPUTS } from './batched-generator.ts';
import type { DeviceSheet } from './device-textures.ts';
import { DeviceWarp, type DrawnWarps } from './device-warp.ts';
import type { Field } from './field.ts';
import {
  type BetweenFrame,
  FrameFeeds,
  type FrameToFinish,
  type FullFrame,
} from './frame-feeds.ts';
import { FRAME_INPUTS, FRAME_OUTPUTS } from './frame-values.ts';
import { KeptPictures } from './kept-pictures.ts';
import { wholeOf } from './network-window.ts';
import { pictureLength } from './picture-graph.ts';
import type { WarpSessions } from './warp-sessions.io.ts';

/**
 * Lengths of a batch. A device compiles its programs and lays out its buffers anew for each length that
 * it has not seen, which takes seconds: so there are few, and what is missing to one is filled up.
 */
export const BATCH_LENGTHS = [1, 2, 4, 8, 16] as const;
/**
 * Frames drawn in one run at most. Past it a run takes longer than what it saves by being one, and its
 * input, half a megabyte a frame, would grow without bound.
 */
export const MAX_BATCH = BATCH_LENGTHS[BATCH_LENGTHS.length - 1]!;

/** The graphs of a frame, for pictures of one side. */
export interface FrameSessions {
  readonly full: DeviceSession;
  readonly between: DeviceSession;
}

/** What one run on the device took. */
export interface RunFigures {
  readonly frames: number;
  /** Bytes that went to the device and came from it. */
  readonly up: number;
  readonly down: number;
  /** Of what was to stay there, on a device that hands out no memory. */
  readonly stray: number;
}

export interface DeviceStudioPorts {
  /** What the model works on. */
  readonly field: Field;
  /** The graphs of a frame on the device. */
  openFrames(side: Px): Promise<FrameSessions>;
  /** What draws warps there; left out where nothing can be kept there. */
  readonly warps?: WarpSessions | undefined;
}

/** A frame that is drawn in a run. */
export interface StudioFrame<Owner> {
  /** Whose last output it begins from. */
  readonly owner: Owner;
  readonly frame: FrameToFinish;
  /** What a described warp is drawn from. */
  readonly sheet: DeviceSheet | undefined;
}

/** Kernels on the device, and which of them each frame of a run is drawn with. */
export interface StudioKernels {
  readonly bank: DeviceTensor;
  readonly rows: readonly number[];
}

/**
 * All that draws pictures of one side on a device, and keeps the last ones of those who draw there. Owns what it opens.
 *
 * @typeParam Owner whoever's outputs they are.
 */
export class DeviceStudio<Owner extends object> {
  readonly kept: KeptPictures<Owner>;
  readonly #sessions: Promise<FrameSessions>;
  readonly #field: Field;
  readonly #feeds: FrameFeeds;
  readonly #warp: DeviceWarp | undefined;

  constructor(side: Px, { field, openFrames, warps }: DeviceStudioPorts) {
    this.#field = field;
    this.kept = new KeptPictures<Owner>(pictureLength(side));
    this.#sessions = openFrames(side);
    this.#feeds = new FrameFeeds(side, field);
    this.#warp = warps && new DeviceWarp(side, field, warps.openWarp);
  }

  /** Throws what opening it failed with. */
  get ready(): Promise<unknown> {
    return this.#sessions;
  }

  /**
   * Draws frames of one kind, whose warps are all painted or all described; one run at a time.
   * @param kernels of frames with the network.
   * @throws ModelError what the device failed with.
   */
  async run(
    batch: readonly StudioFrame<Owner>[],
    kernels: StudioKernels | undefined,
  ): Promise<{ readonly read: DeviceRun['read']; readonly figures: RunFigures }> {
    const sessions = await this.#sessions;
    const length = BATCH_LENGTHS.find((each) => each >= batch.length)!;
    const plan = this.kept.plan(
      batch.map(({ owner }) => owner),
      length,
    );
    const frames = batch.map(({ frame }) => frame);
    const feeds: Record<string, OnnxFeed> = {
      [FRAME_INPUTS.kept]: plan.kept,
      [FRAME_INPUTS.from]: { dims: [length], data: plan.from },
      [FRAME_INPUTS.keep]: { dims: [plan.keep.length], data: plan.keep },
    };
    if (kernels) {
      const rows = Int32Array.from({ length }, (_, i) => kernels.rows[i] ?? 0);
      Object.assign(feeds, this.#feeds.full(frames as FullFrame[], length), {
        [FRAME_INPUTS.fresh]: { dims: [length, 1], data: plan.fresh },
        [BATCH_INPUTS.bank]: kernels.bank,
        [BATCH_INPUTS.rows]: { dims: [length], data: rows },
      });
    } else Object.assign(feeds, this.#feeds.between(frames as BetweenFrame[], length));
    const { picture, kept, checks } = FRAME_OUTPUTS;
    const session = kernels ? sessions.full : sessions.between;
    const warps = await this.#drawWarps(batch, length);
    try {
      if (warps) {
        feeds[FRAME_INPUTS.warp] = warps.pictures;
        feeds[FRAME_INPUTS.motion] = warps.motion;
      }
      const run = await session.run(feeds, [picture, kept, checks]);
      this.kept.take(plan, run.kept[kept]!);
      return { read: run.read, figures: figuresOf(batch.length, run, warps) };
    } finally {
      warps?.pictures.dispose();
      warps?.motion.dispose();
    }
  }

  async close(): Promise<void> {
    const { full, between } = await this.#sessions;
    await full.close();
    await between.close();
    await this.#warp?.close();
  }

  async #drawWarps(
    batch: readonly StudioFrame<Owner>[],
    length: number,
  ): Promise<DrawnWarps | undefined> {
    const field = this.#field;
    const windows = batchWindows(
      field,
      batch.map(({ frame }) => (frame.kind === 'full' ? frame.window : wholeOf(field))),
    );
    const described = batch.flatMap(({ frame: { warp }, sheet }, i) =>
      warp.kind === 'described' && sheet
        ? [{ mesh: warp.mesh, motion: warp.motion, sheet, window: windows[i]! }]
        : [],
    );
    return described.length > 0 ? this.#warp?.draw(described, length) : undefined;
  }
}

function figuresOf(
  frames: number,
  { up, down, stray }: DeviceRun,
  warps: DrawnWarps | undefined,
): RunFigures {
  return { frames, up: up + (warps?.up ?? 0), down, stray: stray + (warps?.stray ?? 0) };
}
