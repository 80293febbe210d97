import { UnderstudyError } from '../errors.ts';
import type { SessionCost } from './budget/capacity-model.ts';
import { COST_WINDOW } from './budget/cost-window.ts';
import { FrameTurns } from './budget/frame-turns.ts';
import { WorkerLoad } from './budget/worker-load.ts';
import { codedActor } from './coded-actor.io.ts';
import { Reenactment } from './reenactment.ts';
import type { SessionSettings } from './worker-protocol.ts';
import type { WorkerStages } from './worker-stages.io.ts';

/**
 * Code is compiled and the driver's calibration begins within the first third of these, which the window of costs has lost by
 * the end: with them in it a session seemed dearer than it was. About a second in all.
 */
const FRAMES = COST_WINDOW + 30;
/** A webcam's. */
const BITRATE = 1_000_000;
/**
 * So long that no frame is late: every one is drawn at the highest level, from which the cost of the others follows. Only
 * a machine without the time for that leaves some out, and its costs are told by the rest. Frames come in the time of the clip, hours or months behind the machine's clock: to any real budget each would be late.
 */
const NO_BUDGET = Number.MAX_SAFE_INTEGER;

/**
 * Measures what one session with these settings costs on this machine, by playing the sample actor
 * to one as fast as it goes, through the very stages that sessions use.
 * @throws UnderstudyError with the code of what went wrong; `calibration_failed` where not enough
 * frames were drawn to tell.
 */
export async function calibrate(
  stages: WorkerStages,
  settings: SessionSettings,
): Promise<SessionCost> {
  const clip = await codedActor(stages.codecs, { frames: FRAMES, bitrate: BITRATE });
  let answered: () => void = () => undefined;
  let fault: unknown;
  const session = new Reenactment(
    'calibration',
    { ...settings, frameBudget: NO_BUDGET },
    // Nobody else's turn, nobody else's load.
    { ...stages, turns: new FrameTurns(), load: new WorkerLoad() },
    {
      rendered: ({ frame }) => {
        if (frame !== null) answered();
      },
      dropped: () => answered(),
      avatar: () => undefined,
      needKeyframe: () => undefined,
      working: () => undefined,
      scheduled: () => undefined,
      fault: (_, cause) => {
        fault = cause;
      },
    },
  );
  try {
    await session.wear(settings.identity);
    for (const frame of clip) {
      const done = new Promise<void>((resolve) => {
        answered = resolve;
      });
      // In the time of the clip: none is too early for the highest rate.
      session.push({ ...frame, receivedAt: (frame.frame * 1_000) / settings.fps });
      await done;
    }
    if (session.cost) return session.cost;
    throw new UnderstudyError(
      'calibration_failed',
      'Too few frames were drawn to tell what a session costs on this machine.',
      { cause: fault },
    );
  } finally {
    session.close();
  }
}
