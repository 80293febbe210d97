import type { OnnxSession } from '../../landmark/onnx.io.ts';
import type { FewShotIdentity } from './few-shot-identity.ts';

/**
 * The generators of enrolled identities: one a identity, opened when it is first drawn, shared by all
 * who draw it, and closed when the identity is discarded. Opening blocks this thread for less than a
 * frame; an identity that is drawn anywhere here costs nothing to open again.
 */
export class GeneratorSessions {
  readonly #open: (kernels: Float32Array) => Promise<OnnxSession>;
  readonly #sessions = new Map<FewShotIdentity, Promise<OnnxSession>>();

  constructor(open: (kernels: Float32Array) => Promise<OnnxSession>) {
    this.#open = open;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** @throws whatever opening throws; a later call tries again. */
  async get(identity: FewShotIdentity): Promise<OnnxSession> {
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
    // One that could not be opened was told to whoever asked for it.
    await opened?.then(
      (session) => session.close(),
      () => undefined,
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.keys()].map((identity) => this.discard(identity)));
  }
}
