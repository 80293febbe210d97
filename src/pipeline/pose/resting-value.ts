import type { Seconds } from '../../time.ts';

export interface RestingValueOptions {
  /** The first guess weighs as much as this long a time of evidence. */
  readonly prior: Seconds;
  /** Evidence counts for about this long. */
  readonly memory: Seconds;
  /** Deviations count at most this much: a look aside no more for being a long way aside. */
  readonly reach: number;
}

/** All that is known of one value. */
export interface RestingMemory {
  readonly value: number;
  readonly evidence: Seconds;
}

/**
 * Where a value rests: its mean over a bounded memory, begun with a first guess and robust against
 * outliers (Huber's estimator, one step a frame). It moves by far too little in a second to be seen
 * as drift, and leaves a bad first guess as evidence gathers.
 */
export class RestingValue {
  readonly #options: RestingValueOptions;
  #value = 0;
  #evidence: Seconds = 0;

  constructor(options: RestingValueOptions) {
    this.#options = options;
  }

  get value(): number {
    return this.#value;
  }

  get memory(): RestingMemory {
    return { value: this.#value, evidence: this.#evidence };
  }

  recall({ value, evidence }: RestingMemory): void {
    this.#value = value;
    this.#evidence = evidence;
  }

  /** Starts anew with a guess. */
  begin(guess: number): void {
    this.#value = guess;
    this.#evidence = this.#options.prior;
  }

  /** The value is known, not guessed. */
  adopt(value: number): void {
    this.#value = value;
    this.#evidence = this.#options.memory;
  }

  update(value: number, dt: Seconds): void {
    const { memory, reach } = this.#options;
    this.#evidence = Math.min(memory, this.#evidence + dt);
    const deviation = Math.min(reach, Math.max(-reach, value - this.#value));
    this.#value += (dt / this.#evidence) * deviation;
  }
}
