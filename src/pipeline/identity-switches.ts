interface Switch {
  readonly request: number;
  readonly identity: string;
  /** Of the worker that is there. */
  asked: boolean;
  resolve(): void;
  reject(cause: unknown): void;
}

/** The identity switches of one session that its worker has not answered yet, the oldest first. */
export class IdentitySwitches {
  #open: Switch[] = [];
  #requests = 0;
  /** The newest that was answered. */
  #worn = 0;

  get size(): number {
    return this.#open.length;
  }

  /** Identities that the worker makes ready. */
  get asked(): string[] {
    return this.#open.filter(({ asked }) => asked).map(({ identity }) => identity);
  }

  /** The one that the worker was not asked for. */
  get next(): Pick<Switch, 'request' | 'identity'> | undefined {
    return this.#open.find(({ asked }) => !asked);
  }

  /** Resolves when it was answered, or overtaken before the worker was asked. */
  want(identity: string): Promise<void> {
    const request = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#open.push({ request, identity, asked: false, resolve, reject });
      this.#overtake();
    });
  }

  /** The worker is asked for it. */
  ask(request: number): void {
    const asked = this.#open.find((each) => each.request === request);
    if (asked) asked.asked = true;
  }

  /** The worker is gone: another must be asked. */
  workerLost(): void {
    for (const each of this.#open) each.asked = false;
    this.#overtake();
  }

  /** @returns the identity that is worn from now on, if it is another. */
  done(request: number): string | undefined {
    const done = this.#take(request);
    done?.resolve();
    // One that was overtaken may be answered after that which overtook it.
    if (!done || request < this.#worn) return undefined;
    this.#worn = request;
    return done.identity;
  }

  fail(request: number, cause: Error): void {
    this.#take(request)?.reject(cause);
  }

  failAll(cause: Error): void {
    for (const { reject } of this.#open.splice(0)) reject(cause);
  }

  /** Of those that the worker was not asked for, the newest alone is wanted. */
  #overtake(): void {
    const unasked = this.#open.filter(({ asked }) => !asked);
    for (const { request } of unasked.slice(0, -1)) this.#take(request)?.resolve();
  }

  #take(request: number): Switch | undefined {
    const taken = this.#open.find((each) => each.request === request);
    this.#open = this.#open.filter((each) => each !== taken);
    return taken;
  }
}
