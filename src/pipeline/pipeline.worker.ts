import { calibrate } from './calibration.io.ts';
import { machineClock } from './machine-clock.io.ts';
import { wireError } from './wire-error.ts';
import { sendFromWorker, serveWorker } from './worker-channel.io.ts';
import { openWorkerStages, type WorkerStages } from './worker-stages.io.ts';

/**
 * A pipeline worker: a forked process that decodes, renders and encodes any number of sessions.
 * Ends when its channel closes. What it prints on stderr goes into the server's log as it is, so
 * no identity and no path of one is ever printed here.
 */

let stages: WorkerStages | undefined;

serveWorker(
  async (setup) => {
    const opened = await openWorkerStages(setup, machineClock, (error) =>
      sendFromWorker({ type: 'device-lost', error: wireError(error) }),
    );
    stages = opened;
    return {
      stages: opened,
      report: opened.report,
      forget: (identity) => opened.forget(identity),
      identities: () => opened.identities(),
    };
  },
  async ({ settings }) => {
    if (!stages) return;
    try {
      sendFromWorker({ type: 'calibrated', cost: await calibrate(stages, settings) });
    } catch (cause) {
      sendFromWorker({ type: 'calibration-failed', error: wireError(cause) });
    }
  },
);
