import { Worker } from 'node:worker_threads';
import { UnderstudyError } from '../errors.ts';
import type { WireError, WorkerSetup } from './worker-protocol.ts';

const THREAD_FILE = new URL('./identity-loader.worker.ts', import.meta.url);

export interface LoaderSetup extends WorkerSetup {
  /** The landmark model's name: faces found by another one are not used. */
  readonly landmarkModel: string;
}

/** Asks the thread to end after what it is doing: one stopped in mid-inference takes the process along. */
export const END = 'end';

export interface LoadRequest {
  readonly request: number;
  readonly identity: string;
}

export type LoadAnswer = { readonly request: number } & (
  | { readonly enrolled: unknown }
  | { readonly error: WireError }
);

/**
 * Loads and enrols identities on a thread of their own: that takes a tenth of a second and more,
 * in which the sessions of this worker go on being drawn. One thread for the life of the process.
 */
export class IdentityLoader {
  readonly #thread: Worker;
  readonly #waiting = new Map<
    number,
    { resolve(enrolled: unknown): void; reject(cause: unknown): void }
  >();
  #requests = 0;

  constructor(setup: LoaderSetup) {
    this.#thread = new Worker(THREAD_FILE, { workerData: setup });
    this.#thread.on('message', (answer: LoadAnswer) => this.#settle(answer));
    this.#thread.on('error', (cause) => {
      for (const { reject } of this.#waiting.values())
        reject(new UnderstudyError('identity_failed', 'The identity loader broke.', { cause }));
      this.#waiting.clear();
    });
  }

  /** @throws UnderstudyError `unknown_identity`, `identity_failed`. */
  load(identity: string): Promise<unknown> {
    const request = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject });
      this.#thread.postMessage({ request, identity } satisfies LoadRequest);
    });
  }

  /** Resolves when the thread has ended by itself. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#thread.once('exit', resolve));
    this.#thread.postMessage(END);
    await ended;
  }

  #settle(answer: LoadAnswer): void {
    const waiting = this.#waiting.get(answer.request);
    this.#waiting.delete(answer.request);
    if ('enrolled' in answer) waiting?.resolve(answer.enrolled);
    else waiting?.reject(new UnderstudyError(answer.error.code, answer.error.message));
  }
}
