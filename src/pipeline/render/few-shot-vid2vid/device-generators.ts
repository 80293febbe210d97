import type { Clock, Milli } from '../../../time.ts';
import type { DeviceMemory, DeviceRun, DeviceSession, OnnxFeed } from '../../landmark/onnx.io.ts';
import type { Px } from '../../picture.ts';
import { MOST_DISTANCE } from './answer-limits.ts';
import { BATCH_INPUTS } from './batched-generator.ts';
import {
  type BetweenFrame,
  FrameFeeds,
  type FrameToFinish,
  type FullFrame,
} from './frame-feeds.ts';
import { FRAME_CHECKS, FRAME_INPUTS, FRAME_OUTPUTS } from './frame-values.ts';
import type { DeviceOutput, Generator } from './generator-sessions.ts';
import { KeptPictures } from './kept-pictures.ts';
import { type BankPlace, KernelBank } from './kernel-bank.ts';
import { pictureLength } from './picture-graph.ts';

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

export interface DeviceGeneratorsPorts {
  /** The graphs of a frame on the device. */
  openFrames(side: Px): Promise<FrameSessions>;
  openMemory(): Promise<DeviceMemory>;
  /** One identity's generator on the processor, for when the device fails. */
  openOnCpu(kernels: Float32Array): Promise<Generator>;
  /** An identity's kernels as the batched generator takes them. */
  pack(kernels: Float32Array): Float32Array;
  /** Whether the model draws parts of the field. */
  readonly windows: boolean;
  /** The device failed: from now on the processor draws. Called once. */
  lost(cause: unknown): void;
  ran?(figures: RunFigures): void;
  readonly clock: Clock;
  /** Calls back when those who are about to ask for a frame have asked. */
  soon(work: () => void): void;
}

type State =
  | { readonly kind: 'on-device'; readonly bank: KernelBank; readonly studios: Map<Px, Studio> }
  | { readonly kind: 'on-cpu' };

/** All that draws pictures of one side. */
interface Studio {
  readonly sessions: Promise<FrameSessions>;
  readonly feeds: FrameFeeds;
  readonly kept: KeptPictures<Output>;
}

/** One session that draws on the device. */
interface Output {
  readonly place: BankPlace;
  readonly studio: Studio;
  took: Milli;
}

interface Waiting {
  readonly output: Output;
  readonly frame: FrameToFinish;
  resolve(picture: Uint8Array | undefined): void;
  reject(cause: unknown): void;
}

/**
 * The generators of all identities on one device. Whole frames are drawn there after the warp, so that
 * outputs need not leave it to be the next frame's previous ones; those that are asked for at the same time,
 * also of different identities, are drawn in one run. When the device fails, those who ask are told, and
 * draw on the processor: a call goes on. Owns what it opens.
 */
export class DeviceGenerators {
  readonly #ports: DeviceGeneratorsPorts;
  /** No more than there are sessions: each asks for one frame at a time. */
  #waiting: Waiting[] = [];
  #state: State;
  #running: Promise<void> | undefined;

  private constructor(ports: DeviceGeneratorsPorts, state: State) {
    this.#ports = ports;
    this.#state = state;
  }

  /** Opens the device; where that fails it begins with the processor. */
  static async open(ports: DeviceGeneratorsPorts): Promise<DeviceGenerators> {
    try {
      const bank = new KernelBank(await ports.openMemory(), ports.pack);
      return new DeviceGenerators(ports, { kind: 'on-device', bank, studios: new Map() });
    } catch (cause) {
      ports.lost(cause);
      return new DeviceGenerators(ports, { kind: 'on-cpu' });
    }
  }

  /** One identity's generator; its caller closes it. */
  async openGenerator(kernels: Float32Array): Promise<Generator> {
    const place: BankPlace = { kernels };
    if (this.#state.kind === 'on-device') this.#state.bank.add(place);
    let opened: Promise<Generator> | undefined;
    const onCpu = async (): Promise<Generator> => {
      opened ??= this.#ports.openOnCpu(kernels);
      return opened.catch((cause) => {
        opened = undefined; // the next frame tries again
        throw cause;
      });
    };
    return {
      windows: this.#ports.windows,
      run: async (feeds) => (await onCpu()).run(feeds),
      openOutput: (side) => this.#openOutput(place, side),
      close: async () => {
        if (this.#state.kind === 'on-device') this.#state.bank.remove(place);
        await (await opened)?.close();
      },
    };
  }

  /** Ends what was opened on the device. Generators must be closed before. */
  async close(): Promise<void> {
    await this.#running;
    await this.#leaveDevice();
  }

  async #openOutput(place: BankPlace, side: Px): Promise<DeviceOutput | undefined> {
    const state = this.#state;
    if (state.kind === 'on-cpu') return undefined;
    const studio = state.studios.get(side) ?? {
      sessions: this.#ports.openFrames(side),
      feeds: new FrameFeeds(side),
      kept: new KeptPictures<Output>(pictureLength(side)),
    };
    state.studios.set(side, studio);
    try {
      await studio.sessions;
    } catch (cause) {
      await this.#fall(cause);
      return undefined;
    }
    const { kept } = studio;
    const output: Output = { place, studio, took: 0 };
    kept.add(output);
    return {
      get hasPrevious() {
        return kept.has(output);
      },
      get took() {
        return output.took;
      },
      draw: (frame) => this.#ask(output, frame),
      forget: () => kept.forget(output),
      close: () => kept.remove(output),
    };
  }

  #ask(output: Output, frame: FrameToFinish): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ output, frame, resolve, reject });
      this.#running ??= new Promise<void>((done) => {
        this.#ports.soon(() => void this.#runAll().finally(done));
      });
    });
  }

  /** Whoever asks while a run is under way is in the next one. */
  async #runAll(): Promise<void> {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const { output, frame } = first;
      // Of one side and kind: what is drawn by the same graph.
      const batch = this.#waiting
        .filter((one) => one.output.studio === output.studio && one.frame.kind === frame.kind)
        .slice(0, MAX_BATCH);
      this.#waiting = this.#waiting.filter((one) => !batch.includes(one));
      try {
        await this.#run(batch, output.studio, frame.kind);
      } catch (cause) {
        await this.#fall(cause);
        for (const { reject } of batch) reject(cause); // told to whoever asked for the frame
      }
    }
    this.#running = undefined;
  }

  async #run(
    batch: readonly Waiting[],
    studio: Studio,
    kind: FrameToFinish['kind'],
  ): Promise<void> {
    if (this.#state.kind === 'on-cpu') throw new Error('the device was lost before');
    const { bank } = this.#state;
    const sessions = await studio.sessions;
    const length = BATCH_LENGTHS.find((each) => each >= batch.length)!;
    const outputs = batch.map(({ output }) => output);
    const plan = studio.kept.plan(outputs, length);
    const frames = batch.map(({ frame }) => frame);
    const feeds: Record<string, OnnxFeed> = {
      [FRAME_INPUTS.kept]: plan.kept,
      [FRAME_INPUTS.from]: { dims: [length], data: plan.from },
      [FRAME_INPUTS.keep]: { dims: [plan.keep.length], data: plan.keep },
    };
    if (kind === 'full') {
      const found = await bank.rowsOf(outputs.map(({ place }) => place));
      const rows = Int32Array.from({ length }, (_, i) => found.rows[i] ?? 0);
      Object.assign(feeds, studio.feeds.full(frames as FullFrame[], length), {
        [FRAME_INPUTS.fresh]: { dims: [length, 1], data: plan.fresh },
        [BATCH_INPUTS.bank]: found.bank,
        [BATCH_INPUTS.rows]: { dims: [length], data: rows },
      });
    } else Object.assign(feeds, studio.feeds.between(frames as BetweenFrame[], length));
    const { picture, kept, checks } = FRAME_OUTPUTS;
    const began = this.#ports.clock();
    const run = await sessions[kind].run(feeds, [picture, kept, checks]);
    const took = (this.#ports.clock() - began) / batch.length;
    studio.kept.take(plan, run.kept[kept]!);
    const { up, down, stray } = run;
    this.#ports.ran?.({ frames: batch.length, up, down, stray });
    this.#answer(batch, run, took);
  }

  #answer(batch: readonly Waiting[], { read }: DeviceRun, took: Milli): void {
    const { picture, checks } = FRAME_OUTPUTS;
    const [pictures, judged] = [read[picture]!, read[checks]!];
    const [each, judgements] = [pictures.dims[1]!, judged.dims[1]!];
    for (const [i, { output, resolve }] of batch.entries()) {
      output.took = took;
      const sound = isSound(judged.data.subarray(i * judgements, (i + 1) * judgements));
      if (!sound) output.studio.kept.forget(output);
      resolve(sound ? (pictures.data.subarray(i * each, (i + 1) * each) as Uint8Array) : undefined);
    }
  }

  async #fall(cause: unknown): Promise<void> {
    if (this.#state.kind === 'on-cpu') return;
    this.#ports.lost(cause);
    await this.#leaveDevice();
  }

  async #leaveDevice(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: 'on-cpu' };
    if (state.kind === 'on-cpu') return;
    try {
      for (const { kept } of state.studios.values()) kept.drop();
      await state.bank.close();
      for (const { sessions } of state.studios.values()) {
        const { full, between } = await sessions;
        await full.close();
        await between.close();
      }
    } catch {
      // A device that is gone has nothing left to give back.
    }
  }
}

/** Of a frame's {@link FRAME_CHECKS}; one without the network has but the last. */
function isSound(checks: Float32Array | Uint8Array): boolean {
  const limits = { farthest: 1, mean: 1, distance: MOST_DISTANCE };
  // Written so that what is no number fails it too.
  return FRAME_CHECKS.slice(-checks.length).every((name, i) => checks[i]! <= limits[name]);
}
