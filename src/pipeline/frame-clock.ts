import type { Milli } from '../time.ts';
import type { FrameSource } from './stage.ts';

/**
 * A gap this many camera intervals long is filled by the avatar itself: less would fill what
 * ordinary jitter (half an interval) delays, more would be seen as a stutter.
 */
const LATE_AFTER_INTERVALS = 1.75;
/** An idling avatar moves slowly: half the frames halve what an absent person costs. */
const IDLE_FPS = 15;
/** Weight of the newest interval in the running mean: follows a change of camera rate in ~0.3 s. */
const INTERVAL_GAIN = 0.1;
/** Longer gaps are pauses, not a frame rate: they do not enter the mean. */
const LONGEST_INTERVAL: Milli = 200;

/** Says when the avatar must make a frame of its own because the camera's is late or absent. */
export class FrameClock {
  readonly #shortest: Milli;
  #interval: Milli;
  #lastCamera: Milli | undefined;
  #deadline: Milli = 0;

  constructor(fps: number) {
    this.#shortest = 1000 / fps;
    this.#interval = this.#shortest;
  }

  get deadline(): Milli {
    return this.#deadline;
  }

  cameraFrame(now: Milli): void {
    if (this.#lastCamera !== undefined) {
      const gap = now - this.#lastCamera;
      if (gap < LONGEST_INTERVAL) {
        const clamped = Math.max(gap, this.#shortest / 2);
        this.#interval += (clamped - this.#interval) * INTERVAL_GAIN;
      }
    }
    this.#lastCamera = now;
  }

  drawn(now: Milli, source: FrameSource): void {
    if (source === 'idle') this.#deadline = now + 1000 / IDLE_FPS;
    else this.#deadline = now + Math.max(this.#interval, this.#shortest) * LATE_AFTER_INTERVALS;
  }

  drawNow(now: Milli): void {
    this.#deadline = now;
  }
}
