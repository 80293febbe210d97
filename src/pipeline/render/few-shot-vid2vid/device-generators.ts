import type { Clock, Milli } from '../../../time.ts';
import type { DeviceMemory, DeviceRun } from '../../landmark/onnx-session.ts';
import type { Px } from '../../picture.ts';
import type { TextureSheet } from '../warp/texture-sheet.ts';
import { MOST_DISTANCE } from './answer-limits.ts';
import {
  DeviceStudio,
  type DeviceStudioPorts,
  MAX_BATCH,
  type RunFigures,
} from './device-studio.ts';
import { DeviceTextures, type HeldTextures } from './device-textures.ts';
import type { FrameToFinish } from './frame-feeds.ts';
import { FRAME_CHECKS, FRAME_OUTPUTS } from './frame-values.ts';
import type { DeviceOutput, Generator } from './generator-sessions.ts';
import { type BankPlace, KernelBank } from './kernel-bank.ts';

export interface DeviceGeneratorsPorts extends DeviceStudioPorts {
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
  | {
      readonly kind: 'on-device';
      readonly bank: KernelBank;
      readonly textures: DeviceTextures | undefined;
      readonly studios: Map<Px, DeviceStudio<Output>>;
    }
  | { readonly kind: 'on-cpu' };

/** One session that draws on the device. */
interface Output {
  readonly place: BankPlace;
  readonly studio: DeviceStudio<Output>;
  held: HeldTextures | undefined;
  took: Milli;
}

interface Waiting {
  readonly output: Output;
  readonly frame: FrameToFinish;
  resolve(picture: Uint8Array | undefined): void;
  reject(cause: unknown): void;
}

/**
 * The generators of all identities on one device. Whole frames are drawn there, from textures that lie there, so that
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
      const textures = ports.warps && new DeviceTextures(ports.warps.openPlanes);
      const studios = new Map<Px, DeviceStudio<Output>>();
      return new DeviceGenerators(ports, { kind: 'on-device', bank, textures, studios });
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
      field: this.#ports.field,
      windows: this.#ports.windows,
      run: async (feeds) => (await onCpu()).run(feeds),
      openOutput: (side) => this.#openOutput(place, side),
      close: async () => {
        if (this.#state.kind === 'on-device') {
          this.#state.bank.remove(place);
          this.#state.textures?.remove(place);
        }
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
    const studio = state.studios.get(side) ?? new DeviceStudio<Output>(side, this.#ports);
    state.studios.set(side, studio);
    try {
      await studio.ready;
    } catch (cause) {
      await this.#fall(cause);
      return undefined;
    }
    const { kept } = studio;
    const output: Output = { place, studio, held: undefined, took: 0 };
    kept.add(output);
    return {
      get hasPrevious() {
        return kept.has(output);
      },
      get took() {
        return output.took;
      },
      hold: (sheet) => this.#hold(output, sheet),
      draw: (frame) => this.#ask(output, frame),
      forget: () => kept.forget(output),
      close: () => {
        output.held?.release();
        kept.remove(output);
      },
    };
  }

  async #hold(output: Output, sheet: TextureSheet): Promise<boolean> {
    const state = this.#state;
    if (state.kind === 'on-cpu' || !state.textures) return false;
    try {
      output.held ??= await state.textures.hold(output.place, sheet);
    } catch (cause) {
      await this.#fall(cause);
    }
    return output.held !== undefined;
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
      // Of one side and kind: what is drawn by the same graphs.
      const batch = this.#waiting
        .filter(
          (one) =>
            one.output.studio === output.studio &&
            one.frame.kind === frame.kind &&
            one.frame.warp.kind === frame.warp.kind,
        )
        .slice(0, MAX_BATCH);
      this.#waiting = this.#waiting.filter((one) => !batch.includes(one));
      try {
        await this.#run(batch, output.studio);
      } catch (cause) {
        await this.#fall(cause);
        for (const { reject } of batch) reject(cause); // told to whoever asked for the frame
      }
    }
    this.#running = undefined;
  }

  async #run(batch: readonly Waiting[], studio: DeviceStudio<Output>): Promise<void> {
    if (this.#state.kind === 'on-cpu') throw new Error('the device was lost before');
    const { bank } = this.#state;
    const outputs = batch.map(({ output }) => output);
    const frames = batch.map(({ output, frame }) => ({
      owner: output,
      frame,
      sheet: output.held?.sheet,
    }));
    // Without the network nobody needs kernels.
    const kernels =
      batch[0]!.frame.kind === 'full'
        ? await bank.rowsOf(outputs.map(({ place }) => place))
        : undefined;
    const began = this.#ports.clock();
    const { read, figures } = await studio.run(frames, kernels);
    const took = (this.#ports.clock() - began) / batch.length;
    this.#ports.ran?.(figures);
    this.#answer(batch, read, took);
  }

  #answer(batch: readonly Waiting[], read: DeviceRun['read'], took: Milli): void {
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
      await state.textures?.close();
      for (const studio of state.studios.values()) await studio.close();
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
