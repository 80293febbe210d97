import type { Milli } from '../../time.ts';

interface Waiting {
  readonly deadline: Milli;
  go(): void;
}

/** One frame's turn. */
export interface FrameTurn {
  /** To be called once. */
  end(): void;
  /**
   * Lets others work while this frame waits for something that is not this thread; then goes on when
   * its turn comes again. What is waited for is asked for before anybody else's turn begins.
   */
  pause<T>(wait: () => Promise<T>): Promise<T>;
}

/**
 * Whose frame is worked on: one at a time, the one with the earliest deadline first (Liu & Layland
 * 1973), since a worker is one thread and two frames that share it are both late. A session asks
 * for one turn at a time, so no more wait here than there are sessions.
 */
export class FrameTurns {
  readonly #waiting: Waiting[] = [];
  #idle: PromiseWithResolvers<void> | undefined;
  #ended: PromiseWithResolvers<void> | undefined;
  #taken = false;

  /** Resolves when it is this frame's turn. */
  async take(deadline: Milli): Promise<FrameTurn> {
    await this.#enter(deadline);
    return {
      end: () => this.#next(),
      pause: async (wait) => {
        const waited = wait();
        this.#next();
        try {
          return await waited;
        } finally {
          await this.#enter(deadline);
        }
      },
    };
  }

  /** Resolves when nobody works or waits for a turn: all frames that there are have ended or paused. */
  async idle(): Promise<void> {
    if (!this.#taken) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  /** Resolves when next a frame ends, or pauses, while nobody waits for a turn. */
  ended(): Promise<void> {
    this.#ended ??= Promise.withResolvers();
    return this.#ended.promise;
  }

  async #enter(deadline: Milli): Promise<void> {
    if (this.#taken) {
      await new Promise<void>((go) => {
        this.#waiting.push({ deadline, go });
      });
    }
    this.#taken = true;
  }

  #next(): void {
    let first: Waiting | undefined;
    for (const each of this.#waiting)
      if (first === undefined || each.deadline < first.deadline) first = each;
    if (first === undefined) {
      this.#taken = false;
      this.#idle?.resolve();
      this.#idle = undefined;
      this.#ended?.resolve();
      this.#ended = undefined;
      return;
    }
    // The turn passes on without being free in between: nobody can slip in.
    this.#waiting.splice(this.#waiting.indexOf(first), 1);
    first.go();
  }
}
