import type { Milli } from '../../../src/time.ts';

/** A small seeded generator (mulberry32): the same losses in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface LinkOptions {
  /** Bits per second of the bottleneck. */
  rate: number;
  /** One way. */
  delay: Milli;
  /** The most that waits before the bottleneck, in time. */
  queue: Milli;
  /** Share of packets lost at random. */
  loss: number;
  /** Added to each packet's delay, up to this much, without reordering. */
  jitter: Milli;
}

/** One direction of a path: a bottleneck with a drop-tail queue, delay, jitter and random loss. */
export class Link<T> {
  options: LinkOptions;
  readonly #random: () => number;
  #freeAt: Milli = 0;
  #lastArrival: Milli = 0;
  #flying: { at: Milli; item: T }[] = [];
  dropped = 0;

  constructor(options: LinkOptions, seed: number) {
    this.options = options;
    this.#random = seededRandom(seed);
  }

  /** How long a packet sent now would wait before the bottleneck. */
  queueing(now: Milli): Milli {
    return Math.max(0, this.#freeAt - now);
  }

  send(item: T, bytes: number, now: Milli): void {
    const { rate, delay, queue, loss, jitter } = this.options;
    if (this.#random() < loss || this.queueing(now) > queue) {
      this.dropped += 1;
      return;
    }
    this.#freeAt = Math.max(this.#freeAt, now) + (bytes * 8000) / rate;
    const at = Math.max(this.#lastArrival, this.#freeAt + delay + this.#random() * jitter);
    this.#lastArrival = at;
    this.#flying.push({ at, item });
  }

  /** What has arrived by now, each with its own instant. */
  receive(now: Milli): { at: Milli; item: T }[] {
    const arrived = this.#flying.filter(({ at }) => at <= now);
    this.#flying = this.#flying.filter(({ at }) => at > now);
    return arrived;
  }
}
