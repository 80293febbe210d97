import type { Milli } from '../../time.ts';
import { MedianWindow } from './median-window.ts';

/** Processor time, of a worker's one thread that draws and of all its threads together. */
export interface WorkerCpu {
  readonly thread: Milli;
  readonly process: Milli;
}

/** A span with fewer frames is mostly of what no frame asks for. */
const LEAST_FRAMES = 10;

/**
 * What a worker does for each camera frame beside the stages: messages to and from the main process, the event
 * loop, the collection of garbage. No stage sees it; the processor time that the process has used does. It is
 * about the same for a frame that is left out, which comes in a message, too.
 */
export class UncountedWork {
  /** Since the last sample. */
  #counted: Milli = 0;
  #frames = 0;
  #last: WorkerCpu | undefined;
  /** The median counts: garbage that is collected, an identity that is opened fill a second or two, and say nothing of the next frame. */
  readonly #spans = new MedianWindow<keyof WorkerCpu>();

  /** A frame's turn is over, of which its stages took so much of the processor. */
  turned(stages: Milli): void {
    this.#counted += stages;
    this.#frames++;
  }

  /** @param used since the process began; to be told about once a second. */
  sample(used: WorkerCpu): void {
    const [last, frames, counted] = [this.#last, this.#frames, this.#counted];
    this.#last = used;
    this.#frames = 0;
    this.#counted = 0;
    if (!last || frames < LEAST_FRAMES) return;
    const each = (of: keyof WorkerCpu) => Math.max(0, used[of] - last[of] - counted) / frames;
    this.#spans.push({ thread: each('thread'), process: each('process') });
  }

  /** Undefined before anything was drawn. */
  get perFrame(): WorkerCpu | undefined {
    const [thread, process] = [this.#spans.median('thread'), this.#spans.median('process')];
    return thread === undefined || process === undefined ? undefined : { thread, process };
  }
}
