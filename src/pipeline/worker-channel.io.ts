import { machineClock, processCpuTime } from './machine-clock.io.ts';
import type { ReenactmentStages } from './reenactment-stages.ts';
import { wireError } from './wire-error.ts';
import type { FromWorker, ToWorker, WorkerReport, WorkerSetup } from './worker-protocol.ts';
import { WorkerSessions } from './worker-sessions.ts';

/** What a worker's sessions run on, once its setup has come. */
export interface WorkerService {
  readonly stages: ReenactmentStages;
  readonly report: WorkerReport;
  forget(identity: string): void;
  identities(): readonly string[];
}

type Calibrate = Extract<ToWorker, { type: 'calibrate' }>;

/**
 * A worker's end of the channel to the main process: sets it up, hands messages to its sessions, ticks
 * them, and ends when the channel closes.
 *
 * @param open whatever it throws makes the worker unusable.
 * @param calibrate answers a wish for calibration; workers that are never asked need none.
 */
export function serveWorker(
  open: (setup: WorkerSetup) => Promise<WorkerService>,
  calibrate?: (message: Calibrate) => Promise<void>,
): void {
  let sessions: WorkerSessions | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** One timer for all sessions, at the nearest deadline; none while nobody is here. */
  const scheduled = (): void => {
    clearTimeout(timer);
    const deadline = sessions?.deadline;
    if (deadline === undefined) return;
    // What lies in the channel is heard first: a frame that a session seems to lack may be among it.
    timer = setTimeout(() => setImmediate(tick), Math.max(0, deadline - machineClock()));
  };
  const tick = (): void => {
    void sessions?.tick(machineClock()).then(scheduled);
  };
  const start = async (setup: WorkerSetup): Promise<void> => {
    try {
      const service = await open(setup);
      sessions = new WorkerSessions({
        clock: machineClock,
        stages: service.stages,
        send: sendFromWorker,
        scheduled,
        forget: (identity) => service.forget(identity),
        identities: () => service.identities(),
        memoryBytes: () => process.memoryUsage.rss(),
        processCpuTime,
        fault: (session, stage, cause) =>
          console.error(`session ${session}: ${stage} failed: ${wireError(cause).code}`),
      });
      sendFromWorker({ type: 'ready', report: service.report });
    } catch (cause) {
      sendFromWorker({ type: 'unusable', error: wireError(cause) });
    }
  };

  process.on('message', (message: ToWorker) => {
    if (message.type === 'setup') void start(message.setup);
    else if (message.type === 'calibrate') void calibrate?.(message);
    else sessions?.handle(message);
  });
  // Nothing here is worth saving, and an orderly exit would stop native code in mid-flight.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // A terminal's Ctrl-C reaches the whole process group: when to end is the main process's decision.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
}

export function sendFromWorker(message: FromWorker): void {
  // Where the other end is gone, `disconnect` follows and ends this process: nothing else is to be done.
  process.send?.(message, undefined, undefined, () => undefined);
}
