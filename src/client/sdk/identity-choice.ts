import { ClientError } from './client-error.ts';

interface Wish {
  readonly identity: string;
  resolve(): void;
  reject(error: ClientError): void;
}

/** Whom a session is seen as, whom it wants to be seen as, and the wishes not yet answered. */
export class IdentityChoice {
  readonly #wishes = new Map<string, Wish>();
  #shown: string;
  #wanted: string;
  #count = 0;

  constructor(identity: string) {
    this.#shown = identity;
    this.#wanted = identity;
  }

  /** The identity wished for last, or shown: what to join with after an outage. */
  get wanted(): string {
    return this.#wanted;
  }

  /** @returns the request's id, and the promise of its outcome */
  wish(identity: string): { readonly request: string; readonly done: Promise<void> } {
    const request = `switch-${++this.#count}`;
    this.#wanted = identity;
    const done = new Promise<void>((resolve, reject) => {
      this.#wishes.set(request, { identity, resolve, reject });
    });
    return { request, done };
  }

  /** The server shows another identity, as asked by `request` or by itself. */
  change(identity: string, request: string | undefined): void {
    this.#shown = identity;
    if (request !== undefined) this.#take(request)?.resolve();
    if (this.#wishes.size === 0) this.#wanted = identity;
  }

  /** @returns whether such a request was open */
  refuse(request: string, error: ClientError): boolean {
    const wish = this.#take(request);
    if (!wish) return false;
    if (this.#wanted === wish.identity) this.#wanted = this.#shown;
    wish.reject(error);
    return true;
  }

  /** Joined anew, as `identity`: that answers every wish of before. */
  settle(identity: string): void {
    this.#shown = identity;
    this.#wanted = identity;
    for (const request of [...this.#wishes.keys()]) {
      const wish = this.#take(request);
      if (wish?.identity === identity) wish.resolve();
      else wish?.reject(superseded(wish.identity));
    }
  }

  rejectAll(error: ClientError): void {
    for (const request of [...this.#wishes.keys()]) this.#take(request)?.reject(error);
  }

  #take(request: string): Wish | undefined {
    const wish = this.#wishes.get(request);
    this.#wishes.delete(request);
    return wish;
  }
}

function superseded(identity: string): ClientError {
  return new ClientError('superseded', `The switch to "${identity}" was overtaken by another.`);
}
