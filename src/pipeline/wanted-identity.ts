import { UnderstudyError } from '../errors.ts';
import type { Milli } from '../time.ts';

/**
 * A frame comes at least fifteen times a second, and a worker that died is replaced within seconds. An identity of which none
 * comes fails whenever it is drawn: whoever wears it can become somebody else then.
 */
export const SHOWN_WITHIN: Milli = 15_000;

/** An identity that a participant is to be seen as: until its first picture is sent, or it is known that there will be none. */
export class WantedIdentity {
  readonly identity: string;
  readonly #seen = Promise.withResolvers<void>();
  #readyAt: Milli | undefined;
  #deleted = false;

  constructor(identity: string) {
    this.identity = identity;
    // Whoever waits for it to be ready hears of that failure first.
    this.#seen.promise.catch(() => undefined);
  }

  /** Resolves when it was seen. @throws UnderstudyError `identity_failed` where it will not be. */
  get seen(): Promise<void> {
    return this.#seen.promise;
  }

  /** It is drawn from the next frame on. */
  ready(now: Milli): void {
    this.#readyAt = now;
    if (this.#deleted) this.#seen.resolve();
  }

  /** A picture of an identity was sent. */
  sent(identity: string): void {
    if (identity === this.identity) this.#seen.resolve();
  }

  /**
   * An identity was deleted. This one, if it is ready and worn perhaps, counts as seen: its wearer is given another then, as
   * all others are.
   */
  forget(identity: string): void {
    if (identity !== this.identity) return;
    this.#deleted = true;
    if (this.#readyAt !== undefined) this.#seen.resolve();
  }

  /** Another is wanted in its place; the same one again is waited for by both. */
  overtakenBy(other: WantedIdentity): void {
    if (other.identity === this.identity) other.seen.then(this.#seen.resolve, this.#seen.reject);
    else this.#fail('Another identity came before this one.');
  }

  tick(now: Milli): void {
    if (this.#readyAt === undefined || now - this.#readyAt < SHOWN_WITHIN) return;
    this.#fail('No picture of this identity came. Try again or choose another.');
  }

  /** The session ended. */
  close(): void {
    this.#fail('The session ended.');
  }

  #fail(sentence: string): void {
    this.#seen.reject(new UnderstudyError('identity_failed', sentence, { value: this.identity }));
  }
}
