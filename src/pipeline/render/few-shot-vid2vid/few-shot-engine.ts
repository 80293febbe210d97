import { UnderstudyError } from '../../../errors.ts';
import type { OnnxSession } from '../../landmark/onnx-session.ts';
import type { Pose } from '../../pose/pose.ts';
import type { Engine, Example, Renderer, RendererOptions } from '../engine.ts';
import { warpEngine } from '../warp/warp-engine.ts';
import type { WarpIdentity } from '../warp/warp-identity.ts';
import { embedderInput, type FewShotIdentity } from './few-shot-identity.ts';
import { FewShotRenderer, refuseSize } from './few-shot-renderer.ts';
import { EMBEDDER_FIELD, type Field } from './field.ts';
import { type Generator, GeneratorSessions } from './generator-sessions.ts';

/** The networks, opened when they are needed. Whoever opened a session closes it. */
export interface FewShotNetworks {
  /** Numbers of an identity's kernels. */
  readonly kernels: number;
  /** What the generator works on. */
  readonly field: Field;
  openEmbedder(): Promise<OnnxSession>;
  openGenerator(kernels: Float32Array): Promise<Generator>;
  /** Ends what generators have in common. They are closed before. */
  close?(): Promise<void>;
}

/** Kernels that were made before. */
export interface KernelStore {
  read(examples: readonly Example[]): Promise<Float32Array | undefined>;
  write(examples: readonly Example[], kernels: Float32Array): Promise<void>;
}

/**
 * The runtime's own share of one generator's memory, on a field of 128²: its weights, and buffers between layers. Four times as
 * much on one of 256² (measured in the windows of usual faces: 9.5 MB and, of a large network, 37.5).
 */
const SESSION_BYTES = 12_000_000;

/**
 * Few-shot vid2vid: the warp, corrected by a network whose kernels another network makes of the
 * identity's examples. Owns the sessions of both until it is closed.
 */
export class FewShotEngine implements Engine<FewShotIdentity> {
  readonly name = 'few-shot-vid2vid';
  readonly #warp: Engine<WarpIdentity>;
  readonly #networks: FewShotNetworks;
  readonly #store: KernelStore | undefined;
  readonly #generators: GeneratorSessions;
  #embedder: Promise<OnnxSession> | undefined;

  /** @param memory of the engine that identities are to be drawn with, where that is another one. */
  constructor(networks: FewShotNetworks, store?: KernelStore, memory?: WebAssembly.Memory) {
    this.#warp = warpEngine(memory);
    this.#networks = networks;
    this.#store = store;
    this.#generators = new GeneratorSessions((kernels) => networks.openGenerator(kernels));
  }

  async enrol(examples: readonly Example[]): Promise<FewShotIdentity> {
    const warp = await this.#warp.enrol(examples);
    try {
      return { warp, kernels: await this.#kernelsOf(warp, examples) };
    } catch (cause) {
      await this.#warp.discard(warp);
      throw cause;
    }
  }

  get memory(): WebAssembly.Memory {
    return this.#warp.memory;
  }

  neutral({ warp }: FewShotIdentity): Pose {
    return this.#warp.neutral(warp);
  }

  bytes({ warp, kernels }: FewShotIdentity): number {
    const session = SESSION_BYTES * this.#networks.field.fineness ** 2;
    return this.#warp.bytes(warp) + kernels.byteLength + session;
  }

  async open(identity: FewShotIdentity, options: RendererOptions): Promise<Renderer> {
    refuseSize(options.size, this.#networks.field);
    const generator = await this.#generators.get(identity);
    const output = await generator.openOutput?.(options.size);
    let renderer: FewShotRenderer;
    try {
      renderer = new FewShotRenderer(identity.warp, generator, options, output);
    } catch (cause) {
      output?.close();
      throw cause;
    }
    await renderer.furnish();
    return renderer;
  }

  async discard(identity: FewShotIdentity): Promise<void> {
    await this.#generators.discard(identity);
    await this.#warp.discard(identity.warp);
  }

  async close(): Promise<void> {
    await this.#generators.close();
    const embedder = this.#embedder;
    this.#embedder = undefined;
    await (await embedder)?.close();
    await this.#networks.close?.();
  }

  async #kernelsOf(warp: WarpIdentity, examples: readonly Example[]): Promise<Float32Array> {
    const kept = await this.#store?.read(examples);
    if (kept) return kept;
    const kernels = await this.#embed(embedderInput(warp), warp.examples.length);
    await this.#store?.write(examples, kernels);
    return kernels;
  }

  async #embed(data: Float32Array, count: number): Promise<Float32Array> {
    this.#embedder ??= this.#networks.openEmbedder();
    const session = await this.#embedder;
    const { cells, plane } = EMBEDDER_FIELD;
    const channels = data.length / (count * plane);
    const { kernels } = await session.run({
      examples: { dims: [count, channels, cells, cells], data },
    });
    const found = kernels!.data;
    if (found.length !== this.#networks.kernels || !found.every(Number.isFinite)) {
      throw new UnderstudyError(
        'enrol_failed',
        'The network made nothing usable of these examples. Other pictures may help.',
        { value: found.length, valid: this.#networks.kernels },
      );
    }
    // The runtime's memory is not for keeping, and cannot be handed to another thread.
    return found.slice();
  }
}
