import { setTimeout } from 'node:timers/promises';
import type { Milli } from '../time.ts';
import type { FrameTurns } from './budget/frame-turns.ts';

/** An eighth of a frame's time at 30 fps: what a run for several saves is not worth more. */
const LINGER: Milli = 4;

/**
 * When a device should draw the frames that it was asked for: when those of other sessions that are
 * under way have come as far, so that all are one run, but not after {@link LINGER}.
 */
export function gatherFrames(turns: FrameTurns): (work: () => void) => void {
  return (work) => {
    // A session that asked has not yet paused: in the next turn of the event loop it has.
    setImmediate(() => {
      void Promise.race([turns.idle(), setTimeout(LINGER)]).then(work);
    });
  };
}
