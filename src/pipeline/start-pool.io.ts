import { UnderstudyError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Milli } from '../time.ts';
import { WorkerPool } from './worker-pool.ts';
import type { WorkerReport } from './worker-protocol.ts';

/** Workers are watched four times a second: a dead or silent one is replaced within that. */
const SUPERVISION_INTERVAL: Milli = 250;
/** Workers lost, for each there is to be, before the first is ready: with the pauses between them a quarter of a minute. */
export const MAX_LOST_STARTS = 5;

export interface RunningPool {
  readonly pool: WorkerPool;
  /** What the workers run on. */
  readonly report: WorkerReport;
  /** Ends the workers and the watch over them. Idempotent. */
  close(): void;
}

/**
 * Starts the pipeline workers, and watches over them from then on, so that one that dies while it starts is replaced, too.
 * @returns the pool once its first worker is ready; the caller closes it.
 * @throws UnderstudyError what no worker can start without; `worker_lost` where none lives to be ready.
 */
export function startPool(
  options: Omit<ConstructorParameters<typeof WorkerPool>[0], 'events'>,
  log: Log,
  metrics: Metrics,
): Promise<RunningPool> {
  const { workers, mainLoad } = options;
  return new Promise((resolve, reject) => {
    let lostStarts: number | undefined = 0;
    const close = () => {
      clearInterval(supervising);
      pool.close();
    };
    const giveUp = (error: UnderstudyError) => {
      if (lostStarts === undefined) return;
      close();
      reject(error);
    };
    const pool: WorkerPool = new WorkerPool({
      ...options,
      events: {
        ready: (report) => {
          lostStarts = undefined;
          resolve({ pool, report, close });
        },
        lost: (reason, pid) => {
          metrics.workerRestarts.inc();
          log.error({ pid: pid ?? 0, reason }, 'a pipeline worker was lost and is replaced');
          if (lostStarts !== undefined && ++lostStarts >= MAX_LOST_STARTS * workers) {
            giveUp(neverReady(lostStarts, reason));
          }
        },
        moved: (session) => {
          metrics.sessionMoves.inc();
          log.info({ participant: session }, 'a session moves to a worker that has more time');
        },
        deviceLost: (error) => {
          metrics.deviceLosses.inc();
          log.error(
            { code: error.code, reason: error.message },
            'the device failed: a pipeline worker goes on with the processor',
          );
        },
        unusable: (error) => {
          log.error({ code: error.code }, 'a pipeline worker cannot run');
          giveUp(new UnderstudyError(error.code, error.message));
        },
      },
    });
    const supervising = setInterval(() => {
      pool.tick();
      mainLoad();
      metrics.workers.set({ state: 'ready' }, pool.readyWorkers);
      metrics.workers.set({ state: 'starting' }, workers - pool.readyWorkers);
    }, SUPERVISION_INTERVAL);
  });
}

function neverReady(lost: number, reason: string): UnderstudyError<'worker_lost'> {
  return new UnderstudyError(
    'worker_lost',
    `${lost} pipeline workers ended before one was ready, the last with ${reason}. See what they printed above, and npm run doctor.`,
    { value: reason },
  );
}
