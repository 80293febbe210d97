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

interface Waiting {
  readonly identity: string;
  resolve(enrolled: unknown): void;
  reject(cause: unknown): void;
}

/**
 * Loads and enrols identities on a thread of their own: that takes a tenth of a second and more,
 * in which the sessions of this worker go on being drawn. One thread for the life of the process,
 * and one beside it that prepares the built-in identities and then ends.
 */
export class IdentityLoader {
  readonly #setup: IdentityThreadSetup;
  readonly #loader: URL;
  /** Undefined after it broke, until it is needed again. */
  #thread: Worker | undefined;
  readonly #warmup: Worker;
  /** One for each thread there was: resolve when they have ended. */
  readonly #ended: Promise<void>[] = [];
  /** The oldest first, which is what the thread is at work on. */
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;
  #closed = false;

  /** @param loader the thread's program. */
  constructor(setup: IdentityThreadSetup, loader = LOADER) {
    this.#setup = setup;
    this.#loader = loader;
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
      this.#waiting.set(request, { identity, resolve, reject });
      this.#ask({ request, identity });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const thread of [this.#thread, this.#warmup]) thread?.postMessage(END);
    await Promise.all(this.#ended);
  }

  #ask(load: LoadRequest): void {
    this.#thread ??= this.#start();
    this.#thread.postMessage(load);
  }

  #start(): Worker {
    const thread = new Worker(this.#loader, { workerData: this.#setup });
    this.#ended.push(exit(thread));
    thread.on('message', (answer: LoadAnswer) => this.#settle(answer));
    thread.on('error', (cause) => this.#broke(cause));
    return thread;
  }

  /**
   * A thread that breaks, of too little memory perhaps, ends. Who waits for what it was at work on is told; the others
   * go on with another thread.
   */
  #broke(cause: unknown): void {
    this.#thread = undefined;
    const told = this.#closed ? this.#waiting.size : 1;
    for (const [request, { identity, reject }] of [...this.#waiting].slice(0, told)) {
      this.#waiting.delete(request);
      reject(brokenOf(identity, cause));
    }
    for (const [request, { identity }] of this.#waiting) this.#ask({ request, identity });
  }

  #settle(answer: LoadAnswer): void {
    const waiting = this.#waiting.get(answer.request);
    this.#waiting.delete(answer.request);
    if ('enrolled' in answer) waiting?.resolve(answer.enrolled);
    else waiting?.reject(new UnderstudyError(answer.error.code, answer.error.message));
  }
}

function brokenOf(identity: string, cause: unknown): UnderstudyError<'identity_failed'> {
  const sentence = 'The identity loader broke. Try again or choose another identity.';
  return new UnderstudyError('identity_failed', sentence, { value: identity, cause });
}

function exit(thread: Worker): Promise<void> {
  return new Promise((resolve) => thread.once('exit', () => resolve()));
}
