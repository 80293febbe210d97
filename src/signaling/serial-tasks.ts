/**
 * Runs asynchronous tasks one after the other, in the order they came. A task that fails does not
 * stop the next: whoever pushes it catches in it.
 */
export class SerialTasks {
  readonly #limit: number;
  #waiting = 0;
  #tail: Promise<void> = Promise.resolve();

  /** @param limit how many may wait or run at once. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns false, and runs nothing, when too many are waiting. */
  push(task: () => Promise<void>): boolean {
    if (this.#waiting >= this.#limit) return false;
    this.#waiting += 1;
    const settled = () => {
      this.#waiting -= 1;
    };
    this.#tail = this.#tail.then(task).then(settled, settled);
    return true;
  }
}
