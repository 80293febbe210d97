import { ClientError } from './client-error.ts';

interface Pending {
  readonly identity: string;
  resolve(): void;
  reject(error: ClientError): void;
}

/** Identity switches that were asked for and not yet answered. */
export class PendingSwitches {
  readonly #pending = new Map<string, Pending>();
  #count = 0;

  /** @returns the request's id, and the promise of its outcome */
  add(identity: string): { readonly request: string; readonly done: Promise<void> } {
    const request = `switch-${++this.#count}`;
    const done = new Promise<void>((resolve, reject) => {
      this.#pending.set(request, { identity, resolve, reject });
    });
    return { request, done };
  }

  resolve(request: string): void {
    this.#pending.get(request)?.resolve();
    this.#pending.delete(request);
  }

  /** @returns whether such a request was open */
  reject(request: string, error: ClientError): boolean {
    this.#pending.get(request)?.reject(error);
    return this.#pending.delete(request);
  }

  /** After a reconnection: the server has answered with the identity that it shows now. */
  settle(identity: string): void {
    for (const [request, pending] of this.#pending) {
      if (pending.identity === identity) this.resolve(request);
      else this.reject(request, superseded(pending.identity));
    }
  }

  rejectAll(error: ClientError): void {
    for (const request of this.#pending.keys()) this.reject(request, error);
  }
}

function superseded(identity: string): ClientError {
  return new ClientError('superseded', `The switch to "${identity}" was overtaken by another.`);
}
