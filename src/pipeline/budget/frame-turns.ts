import type { Milli } from '../../time.ts';

interface Waiting {
  readonly deadline: Milli;
  go(): void;
}

/**
 * Whose frame is worked on: one at a time, the one with the earliest deadline first (Liu & Layland
 * 1973), since a worker is one thread and two frames that share it are both late. A session asks
 * for one turn at a time, so no more wait here than there are sessions.
 */
export class FrameTurns {
  readonly #waiting: Waiting[] = [];
  #taken = false;

  /** Resolves when it is this frame's turn. @returns ends the turn; to be called once. */
  async take(deadline: Milli): Promise<() => void> {
    if (this.#taken) {
      await new Promise<void>((go) => {
        this.#waiting.push({ deadline, go });
      });
    }
    this.#taken = true;
    return () => this.#next();
  }

  #next(): void {
    let first: Waiting | undefined;
    for (const each of this.#waiting)
      if (first === undefined || each.deadline < first.deadline) first = each;
    if (first === undefined) {
      this.#taken = false;
      return;
    }
    // The turn passes on without being free in between: nobody can slip in.
    this.#waiting.splice(this.#waiting.indexOf(first), 1);
    first.go();
  }
}
