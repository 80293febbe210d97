import type { Milli } from '../../../time.ts';
import type { OnnxSession } from '../../landmark/onnx-session.ts';
import type { Px } from '../../picture.ts';
import type { TextureSheet } from '../warp/texture-sheet.ts';
import type { FewShotIdentity } from './few-shot-identity.ts';
import type { Field } from './field.ts';
import type { FrameToFinish } from './frame-feeds.ts';

/** The generator as one identity has it, wherever it runs. */
export interface Generator extends Pick<OnnxSession, 'run' | 'close'> {
  /** What it works on. */
  readonly field: Field;
  /** Whether it takes parts of the field, too. */
  readonly windows?: boolean;
  /**
   * Where there is a device: one session's output on it. The caller closes it.
   * @returns undefined where there is a device no more.
   */
  openOutput?(side: Px): Promise<DeviceOutput | undefined>;
}

/** What a frame is drawn with on the processor. */
export type OwnGenerator = Pick<Generator, 'run' | 'field' | 'windows'>;

/** One session's output as it is made on a device, where the last one stays. Its calls must not overlap. */
export interface DeviceOutput {
  /** Whether there is a last one. */
  readonly hasPrevious: boolean;
  /** What the frame drawn last took of this thread, its share of a run. */
  readonly took: Milli;
  /**
   * Has the device hold what warps are drawn from, so that frames may be described in place of painted.
   * @returns whether it does; where not, they are to be painted.
   */
  hold(sheet: TextureSheet): Promise<boolean>;
  /**
   * @returns the picture's planes, Y, U, V one after another, valid until the next call; undefined where it is
   * not to be shown, and forgotten: see {@link ANSWER_LIMITS}.
   * @throws what the device failed with: there is no use in asking again.
   */
  draw(frame: FrameToFinish): Promise<Uint8Array | undefined>;
  /** The next frame has none before it. */
  forget(): void;
  close(): void;
}

/**
 * The generators of enrolled identities: one a identity, opened when it is first drawn, shared by all
 * who draw it, and closed when the identity is discarded. Opening blocks this thread for less than a
 * frame; an identity that is drawn anywhere here costs nothing to open again.
 */
export class GeneratorSessions {
  readonly #open: (kernels: Float32Array) => Promise<Generator>;
  readonly #sessions = new Map<FewShotIdentity, Promise<Generator>>();
  readonly #closing = new Set<Promise<void>>();

  constructor(open: (kernels: Float32Array) => Promise<Generator>) {
    this.#open = open;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** @throws whatever opening throws; a later call tries again. */
  async get(identity: FewShotIdentity): Promise<Generator> {
    const opened = this.#sessions.get(identity) ?? this.#open(identity.kernels);
    this.#sessions.set(identity, opened);
    try {
      return await opened;
    } catch (cause) {
      if (this.#sessions.get(identity) === opened) this.#sessions.delete(identity);
      throw cause;
    }
  }

  /** Closes the identity's generator, if it was opened. Nobody may be drawing it any more. */
  async discard(identity: FewShotIdentity): Promise<void> {
    const opened = this.#sessions.get(identity);
    this.#sessions.delete(identity);
    if (!opened) return;
    const closing = opened
      .then(
        (session) => session.close(),
        () => undefined, // one that could not be opened was told to whoever asked for it
      )
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    await closing;
  }

  /** Closes all of them, and waits for those that are being closed. */
  async close(): Promise<void> {
    const rest = [...this.#sessions.keys()].map((identity) => this.discard(identity));
    await Promise.all([...rest, ...this.#closing]);
  }
}
