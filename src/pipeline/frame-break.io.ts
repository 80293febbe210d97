import type { Milli } from '../time.ts';
import type { FrameTurns } from './budget/frame-turns.ts';

/** A frame's time at 24 fps, and somewhat more: where none has ended by then, they come one upon another or not at all. */
const LONGEST_WAIT: Milli = 50;

/**
 * When to do what holds a worker's thread for less than a frame's time: a session that draws in two thirds of the time
 * between its frames has the rest of it left at once after each, and at no other moment.
 * @param load how busy the thread is with frames: see `WorkerLoad.total`. Where it is with none there is nothing to wait for.
 */
export function frameBreak(turns: FrameTurns, load: number): Promise<void> {
  if (load === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const begin = () => {
      clearTimeout(limit);
      // The frame that has ended is still to be sent.
      setImmediate(resolve);
    };
    const limit = setTimeout(begin, LONGEST_WAIT);
    void turns.ended().then(begin);
  });
}
