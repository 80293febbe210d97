import type { Milli } from '../../../time.ts';
import type { OnnxSession } from '../../landmark/onnx.io.ts';
import type { FewShotIdentity } from './few-shot-identity.ts';

/** The generator as one identity has it, wherever it runs. */
export interface Generator extends Pick<OnnxSession, 'run' | 'close'> {
  /** Where it runs on a device: what the frame drawn last took of this thread, its share of a run. */
  readonly took?: Milli;
  /** Whether it takes parts of the field, too. */
  readonly windows?: boolean;
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
