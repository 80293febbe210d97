import type { Milli } from '../time.ts';

/** More frames than this under way have been dropped somewhere: two seconds at 30 fps. */
const MAX_ENTRIES = 64;
/** RTP time must move on between frames, whatever the camera says of its clock. */
const SMALLEST_STEP: Milli = 1;
/** Where no frame was answered yet: what a camera frame usually takes to become an avatar frame. */
const TYPICAL_DELAY: Milli = 25;

interface Entry {
  readonly frame: number;
  readonly captureTime: Milli;
  readonly receivedAt: Milli;
}

/**
 * Remembers when the camera frames under way were captured, so that the avatar frame that answers
 * one carries its time: receivers then keep voice and picture in step. Frames that the avatar makes
 * of itself take the time that a camera frame would have had.
 */
export class FrameLedger {
  readonly #entries: Entry[] = [];
  #next = 0;
  #delay: Milli = TYPICAL_DELAY;
  #last: Milli = Number.NEGATIVE_INFINITY;

  /** @returns the frame's name on its way through the worker. */
  enter({ captureTime, receivedAt }: Omit<Entry, 'frame'>): number {
    const frame = this.#next++;
    this.#entries.push({ frame, captureTime, receivedAt });
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
    return frame;
  }

  /** @returns the times that the avatar frame goes out with; capture times only ever rise. */
  answer(frame: number | null, now: Milli): { captureTime: Milli; receivedAt: Milli | null } {
    const entry = this.#take(frame);
    if (entry) this.#delay = now - entry.captureTime;
    const captureTime = Math.max(
      entry?.captureTime ?? now - this.#delay,
      this.#last + SMALLEST_STEP,
    );
    this.#last = captureTime;
    return { captureTime, receivedAt: entry?.receivedAt ?? null };
  }

  #take(frame: number | null): Entry | undefined {
    if (frame === null) return undefined;
    while (this.#entries.length > 0 && this.#entries[0]!.frame < frame) this.#entries.shift();
    return this.#entries[0]?.frame === frame ? this.#entries.shift() : undefined;
  }
}
