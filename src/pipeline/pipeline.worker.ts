import { calibrate } from './calibration.io.ts';
import { machineClock } from './machine-clock.io.ts';
import { wireError } from './wire-error.ts';
import type { FromWorker, SessionSettings, ToWorker, WorkerSetup } from './worker-protocol.ts';
import { WorkerSessions } from './worker-sessions.ts';
import { openWorkerStages, type WorkerStages } from './worker-stages.io.ts';

/**
 * A pipeline worker: a forked process that decodes, renders and encodes any number of sessions.
 * Ends when its channel closes. What it prints on stderr goes into the server's log as it is, so
 * no identity and no path of one is ever printed here.
 */

let sessions: WorkerSessions | undefined;
let stages: WorkerStages | undefined;
let timer: NodeJS.Timeout | undefined;

process.on('message', (message: ToWorker) => {
  if (message.type === 'setup') void start(message.setup);
  else if (message.type === 'calibrate') void measure(message.settings);
  else sessions?.handle(message);
});
// Nothing here is worth saving, and an orderly exit would stop native code in mid-flight.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// A terminal's Ctrl-C reaches the whole process group: when to end is the main process's decision.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

async function start(setup: WorkerSetup): Promise<void> {
  try {
    const opened = await openWorkerStages(setup, machineClock, (error) =>
      send({ type: 'device-lost', error: wireError(error) }),
    );
    stages = opened;
    sessions = new WorkerSessions({
      clock: machineClock,
      stages: opened,
      send,
      scheduled,
      forget: (identity) => opened.forget(identity),
      identities: () => opened.identities(),
      memoryBytes: () => process.memoryUsage.rss(),
      fault: (session, stage, cause) =>
        console.error(`session ${session}: ${stage} failed: ${wireError(cause).code}`),
    });
    send({ type: 'ready', report: opened.report });
  } catch (cause) {
    send({ type: 'unusable', error: wireError(cause) });
  }
}

async function measure(settings: SessionSettings): Promise<void> {
  if (!stages) return;
  try {
    send({ type: 'calibrated', cost: await calibrate(stages, settings) });
  } catch (cause) {
    send({ type: 'calibration-failed', error: wireError(cause) });
  }
}

/** One timer for all sessions, at the nearest deadline; none while nobody is here. */
function scheduled(): void {
  clearTimeout(timer);
  const deadline = sessions?.deadline;
  if (deadline === undefined) return;
  timer = setTimeout(tick, Math.max(0, deadline - machineClock()));
}

function tick(): void {
  void sessions?.tick(machineClock()).then(scheduled);
}

function send(message: FromWorker): void {
  process.send?.(message);
}
