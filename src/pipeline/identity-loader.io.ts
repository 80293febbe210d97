import { Worker } from 'node:worker_threads';
import { UnderstudyError } from '../errors.ts';
import { END, type IdentityThreadSetup } from './identity-ports.io.ts';
import type { WireError } from './worker-protocol.ts';

const LOADER = new URL('./identity-loader.worker.ts', import.meta.url);
const WARMUP = new URL('./identity-warmup.worker.ts', import.meta.url);

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
 * in which the sessions of this worker go on being drawn. One thread for the life of the process,
 * and one beside it that prepares the built-in identities and then ends.
 */
export class IdentityLoader {
  readonly #setup: IdentityThreadSetup;
  /** Undefined after it broke, until it is needed again. */
  #thread: Worker | undefined;
  readonly #warmup: Worker;
  /** One for each thread there was: resolve when they have ended. */
  readonly #ended: Promise<void>[] = [];
  readonly #waiting = new Map<
    number,
    { resolve(enrolled: unknown): void; reject(cause: unknown): void }
  >();
  #requests = 0;

  constructor(setup: IdentityThreadSetup) {
    this.#setup = setup;
    this.#thread = this.#start();
    this.#warmup = new Worker(WARMUP, { workerData: setup });
    // What it could not prepare is prepared, and reported, when it is asked for.
    this.#warmup.on('error', () => undefined);
    this.#ended.push(exit(this.#warmup));
  }

  /** @throws UnderstudyError `unknown_identity`, `identity_failed`. */
  load(identity: string): Promise<unknown> {
    const request = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject });
      this.#thread ??= this.#start();
      this.#thread.postMessage({ request, identity } satisfies LoadRequest);
    });
  }

  async close(): Promise<void> {
    for (const thread of [this.#thread, this.#warmup]) thread?.postMessage(END);
    await Promise.all(this.#ended);
  }

  /** A thread that breaks, of too little memory perhaps, ends: who waits for it is told, and the next gets another. */
  #start(): Worker {
    const thread = new Worker(LOADER, { workerData: this.#setup });
    this.#ended.push(exit(thread));
    thread.on('message', (answer: LoadAnswer) => this.#settle(answer));
    thread.on('error', (cause) => {
      this.#thread = undefined;
      for (const { reject } of this.#waiting.values())
        reject(new UnderstudyError('identity_failed', 'The identity loader broke.', { cause }));
      this.#waiting.clear();
    });
    return thread;
  }

  #settle(answer: LoadAnswer): void {
    const waiting = this.#waiting.get(answer.request);
    this.#waiting.delete(answer.request);
    if ('enrolled' in answer) waiting?.resolve(answer.enrolled);
    else waiting?.reject(new UnderstudyError(answer.error.code, answer.error.message));
  }
}

function exit(thread: Worker): Promise<void> {
  return new Promise((resolve) => thread.once('exit', () => resolve()));
}
