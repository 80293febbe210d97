/**
 * What the identity loader has to do, one thing at a time: requests in the order they came, and
 * chores only while nobody waits.
 */
export class LoaderQueue<Request, Chore> {
  readonly #requests: Request[] = [];
  readonly #chores: Chore[];

  constructor(chores: readonly Chore[]) {
    this.#chores = [...chores];
  }

  push(request: Request): void {
    this.#requests.push(request);
  }

  next():
    | { readonly kind: 'request'; readonly request: Request }
    | { readonly kind: 'chore'; readonly chore: Chore }
    | undefined {
    const request = this.#requests.shift();
    if (request !== undefined) return { kind: 'request', request };
    const chore = this.#chores.shift();
    return chore === undefined ? undefined : { kind: 'chore', chore };
  }
}
