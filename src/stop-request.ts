import type { Milli } from './time.ts';

/**
 * Signals that come within this are one request: a terminal sends Ctrl-C to npm and to the server, and npm passes it on.
 */
const ONE_PRESS: Milli = 500;

/** What a signal asks for: nothing new, calls to be seen off, or the end of them now. */
export type StopStep = 'same' | 'drain' | 'close';

/** Tells a person who asks once to stop from one who asks again because it takes too long. */
export class StopRequest {
  #since: Milli | undefined;

  /** A signal came at `now`. */
  signal(now: Milli): StopStep {
    if (this.#since === undefined) {
      this.#since = now;
      return 'drain';
    }
    return now - this.#since < ONE_PRESS ? 'same' : 'close';
  }
}
