import type { Milli } from '../../time.ts';
import type { BitsPerSecond } from './video-encoder.ts';

/** A change that a viewer would notice; less is not worth the keyframe that a reopen costs. */
const RISE_RATIO = 1.3;
const FALL_RATIO = 0.8;
/** A rise can wait until it has proved lasting; a fall cannot, or the link's queue fills. */
const RISE_INTERVAL: Milli = 4000;
const FALL_INTERVAL: Milli = 500;
/** From here on a fall is a collapse, answered at once. */
const COLLAPSE_RATIO = 0.5;

/**
 * When a new bitrate reaches the encoder. One that cannot change while open has to be reopened,
 * and every reopen starts with a keyframe: small changes are let pass and rises are spaced out.
 */
export class BitratePolicy {
  #open: BitsPerSecond;
  #wanted: BitsPerSecond;
  #openedAt: Milli | undefined;

  constructor(bitrate: BitsPerSecond) {
    this.#open = bitrate;
    this.#wanted = bitrate;
  }

  want(bitrate: BitsPerSecond): void {
    this.#wanted = bitrate;
  }

  /** For an encoder that can change while open: the bitrate to go on with, where it changed. */
  take(): BitsPerSecond | undefined {
    if (this.#wanted === this.#open) return undefined;
    this.#open = this.#wanted;
    return this.#open;
  }

  /**
   * Asked before every frame; at a keyframe that is sent anyway a reopen is free.
   * @returns the bitrate to reopen with, once, or undefined to go on as it is.
   */
  next(at: Milli, keyframe: boolean): BitsPerSecond | undefined {
    this.#openedAt ??= at;
    if (!this.#due(at - this.#openedAt, keyframe)) return undefined;
    this.#open = this.#wanted;
    this.#openedAt = at;
    return this.#open;
  }

  #due(sinceOpened: Milli, keyframe: boolean): boolean {
    const ratio = this.#wanted / this.#open;
    if (ratio === 1) return false;
    if (keyframe || ratio <= COLLAPSE_RATIO) return true;
    if (ratio <= FALL_RATIO) return sinceOpened >= FALL_INTERVAL;
    return ratio >= RISE_RATIO && sinceOpened >= RISE_INTERVAL;
  }
}
