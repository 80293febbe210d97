import type { Clock, Milli } from '../../../time.ts';
import type {
  DeviceMemory,
  DeviceTensor,
  FloatTensor,
  OnnxSession,
} from '../../landmark/onnx.io.ts';
import { BATCH_INPUTS } from './batched-generator.ts';
import type { Generator } from './generator-sessions.ts';

/**
 * Lengths of a batch. A device compiles its programs and lays out its buffers anew for each length that
 * it has not seen, which takes seconds: so there are few, and what is missing to one is filled up.
 */
const LENGTHS = [1, 2, 4, 8, 16] as const;
/**
 * Frames drawn in one run at most. Past it a run takes longer than what it saves by being one, and its
 * input, two megabytes a frame, would grow without bound.
 */
export const MAX_BATCH = LENGTHS[LENGTHS.length - 1]!;

/** A worker that takes twenty seconds to start is taken for hung; the longest batches are the rarest. */
const LONGEST_WARM_UP: Milli = 6_000;

export interface DeviceGeneratorsPorts {
  /** The batched generator on the device. */
  openBatched(): Promise<OnnxSession>;
  openMemory(): Promise<DeviceMemory>;
  /** One identity's generator on the processor, for when the device fails. */
  openOnCpu(kernels: Float32Array): Promise<Generator>;
  /** An identity's kernels as the batched generator takes them. */
  pack(kernels: Float32Array): Float32Array;
  /** Kernels of nobody, to try the device with. */
  noKernels(): Float32Array;
  /** The device failed: from now on the processor draws. Called once. */
  lost(cause: unknown): void;
  readonly clock: Clock;
  /** Calls back when those who are about to ask for a frame have asked. */
  soon(work: () => void): void;
}

type State =
  | { readonly kind: 'on-device'; readonly batched: OnnxSession; readonly memory: DeviceMemory }
  | { readonly kind: 'on-cpu' };

interface Waiting {
  readonly place: Place;
  readonly input: FloatTensor;
  resolve(answer: Record<string, FloatTensor>): void;
  reject(cause: unknown): void;
}

/** One identity that is drawn here. */
interface Place {
  readonly kernels: Float32Array;
  /** Opened when the device had failed and a frame was asked for. */
  onCpu: Promise<Generator> | undefined;
  took: Milli;
}

/** Kernels on the device, a row an identity. */
interface Bank {
  readonly tensor: DeviceTensor;
  readonly places: readonly Place[];
}

/**
 * The generators of all identities on one device: their kernels lie there as rows of one table, and
 * frames that are asked for at the same time, also of different identities, are drawn in one run. When
 * the device fails, the frames under way and all after them are drawn on the processor: a call goes on.
 * Owns what it opens.
 */
export class DeviceGenerators {
  readonly #ports: DeviceGeneratorsPorts;
  readonly #places = new Set<Place>();
  /** No more than there are sessions: each asks for one frame at a time. */
  #waiting: Waiting[] = [];
  #state: State;
  #bank: Bank | undefined;
  #input = new Float32Array(0);
  #running: Promise<void> | undefined;

  private constructor(ports: DeviceGeneratorsPorts, state: State) {
    this.#ports = ports;
    this.#state = state;
  }

  /**
   * Opens the device; where that fails it begins with the processor.
   * @param warmUp dimensions of one frame's input, to draw batches of all lengths with before any call does.
   */
  static async open(
    ports: DeviceGeneratorsPorts,
    warmUp?: readonly number[],
  ): Promise<DeviceGenerators> {
    let batched: OnnxSession | undefined;
    try {
      batched = await ports.openBatched();
      const memory = await ports.openMemory();
      const generators = new DeviceGenerators(ports, { kind: 'on-device', batched, memory });
      if (warmUp) await generators.#warmUp(warmUp);
      return generators;
    } catch (cause) {
      await batched?.close();
      ports.lost(cause);
      return new DeviceGenerators(ports, { kind: 'on-cpu' });
    }
  }

  /** One identity's generator; its caller closes it. */
  async openGenerator(kernels: Float32Array): Promise<Generator> {
    const place: Place = { kernels, onCpu: undefined, took: 0 };
    this.#places.add(place);
    return {
      get took() {
        return place.took;
      },
      run: ({ input }) => this.#ask(place, input as FloatTensor),
      close: async () => {
        // Its row goes when the next identity comes: until then it is a hundredth of a picture's worth of waste.
        this.#places.delete(place);
        await (await place.onCpu)?.close();
      },
    };
  }

  /** Ends what was opened on the device. Generators must be closed before. */
  async close(): Promise<void> {
    await this.#running;
    await this.#leaveDevice();
  }

  async #warmUp(dims: readonly number[]): Promise<void> {
    const generator = await this.openGenerator(this.#ports.noKernels());
    const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
    const until = this.#ports.clock() + LONGEST_WARM_UP;
    for (const length of LENGTHS) {
      if (this.#ports.clock() > until) break;
      await Promise.all(Array.from({ length }, () => generator.run({ input: { dims, data } })));
    }
    await generator.close();
  }

  #ask(place: Place, input: FloatTensor): Promise<Record<string, FloatTensor>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ place, input, resolve, reject });
      this.#running ??= new Promise<void>((done) => {
        this.#ports.soon(() => void this.#runAll().finally(done));
      });
    });
  }

  /** Whoever asks while a run is under way is in the next one. */
  async #runAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_BATCH);
      try {
        await this.#run(batch);
      } catch (cause) {
        await this.#fall(cause);
        for (const frame of batch) await this.#runOnCpu(frame);
      }
    }
    this.#running = undefined;
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    if (this.#state.kind === 'on-cpu') {
      for (const frame of batch) await this.#runOnCpu(frame);
      return;
    }
    const { batched, memory } = this.#state;
    const bank = await this.#bankFor(batch, memory);
    const length = LENGTHS.find((each) => each >= batch.length)!;
    // What fills a batch up is drawn with the first row, and nobody sees it.
    const rows = new Int32Array(length);
    for (const [i, { place }] of batch.entries()) rows[i] = bank.places.indexOf(place);
    const began = this.#ports.clock();
    const answers = await batched.run({
      input: this.#joined(batch, length),
      [BATCH_INPUTS.bank]: bank.tensor,
      [BATCH_INPUTS.rows]: { dims: [rows.length], data: rows },
    });
    const took = (this.#ports.clock() - began) / batch.length;
    batch.forEach(({ place, resolve }, i) => {
      place.took = took;
      resolve(
        Object.fromEntries(
          Object.entries(answers).map(([name, { dims, data }]) => {
            const each = data.length / length;
            return [
              name,
              { dims: [1, ...dims.slice(1)], data: data.subarray(i * each, (i + 1) * each) },
            ];
          }),
        ),
      );
    });
  }

  #joined(batch: readonly Waiting[], length: number): FloatTensor {
    const [first] = batch as [Waiting, ...Waiting[]];
    if (batch.length === 1) return first.input;
    const each = first.input.data.length;
    if (this.#input.length < length * each) this.#input = new Float32Array(length * each);
    batch.forEach(({ input }, i) => {
      this.#input.set(input.data, i * each);
    });
    return {
      dims: [length, ...first.input.dims.slice(1)],
      data: this.#input.subarray(0, length * each),
    };
  }

  /** The table with everybody in it who is in the batch; made anew where one came since it was made. */
  async #bankFor(batch: readonly Waiting[], memory: DeviceMemory): Promise<Bank> {
    const bank = this.#bank;
    if (bank && batch.every(({ place }) => bank.places.includes(place))) return bank;
    this.#dropBank();
    const places = [...this.#places];
    const rows = places.map(({ kernels }) => this.#ports.pack(kernels));
    const columns = rows[0]?.length ?? 0;
    const data = new Float32Array(rows.length * columns);
    rows.forEach((row, i) => {
      data.set(row, i * columns);
    });
    const tensor = await memory.upload({ dims: [rows.length, columns], data });
    this.#bank = { tensor, places };
    return this.#bank;
  }

  #dropBank(): void {
    this.#bank?.tensor.dispose();
    this.#bank = undefined;
  }

  async #runOnCpu({ place, input, resolve, reject }: Waiting): Promise<void> {
    try {
      place.onCpu ??= this.#ports.openOnCpu(place.kernels);
      const generator = await place.onCpu.catch((cause) => {
        place.onCpu = undefined; // the next frame tries again
        throw cause;
      });
      const began = this.#ports.clock();
      const answer = await generator.run({ input });
      place.took = this.#ports.clock() - began;
      resolve(answer);
    } catch (cause) {
      reject(cause); // told to whoever asked for the frame
    }
  }

  async #fall(cause: unknown): Promise<void> {
    this.#ports.lost(cause);
    await this.#leaveDevice();
  }

  async #leaveDevice(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: 'on-cpu' };
    if (state.kind === 'on-cpu') return;
    try {
      this.#dropBank();
      await state.memory.close();
      await state.batched.close();
    } catch {
      // A device that is gone has nothing left to give back.
    }
  }
}
