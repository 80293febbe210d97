import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromWorker, ToWorker } from './worker-protocol.ts';

/** One forked pipeline worker as its supervisor sees it. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  send(message: ToWorker): void;
  /** Ends it at once; `exit` follows. */
  kill(): void;
}

export interface WorkerProcessEvents {
  message(message: FromWorker): void;
  /** Called once, however it ended. */
  exit(reason: string): void;
}

export type ForkWorker = (events: WorkerProcessEvents) => WorkerProcess;

const WORKER_FILE = fileURLToPath(new URL('./pipeline.worker.ts', import.meta.url));

/** Forks a pipeline worker. It ends by itself when this process does (its channel closes). */
export const forkWorker: ForkWorker = (events) => forkFile(WORKER_FILE, events);

/** Forks a program that speaks as a pipeline worker does: for measurements with stages of their own. */
export function forkFile(file: string, events: WorkerProcessEvents): WorkerProcess {
  const child = fork(file, { serialization: 'advanced' });
  let ended = false;
  const end = (reason: string) => {
    if (ended) return;
    ended = true;
    events.exit(reason);
  };
  child.on('message', (message) => events.message(message as FromWorker));
  child.on('exit', (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
  child.on('error', (error) => {
    child.kill('SIGKILL');
    end(error.message);
  });
  return {
    pid: child.pid,
    send: (message) => {
      // A worker that just died has its exit reported; what was meant for it is void.
      if (child.connected) child.send(message, (error) => error && child.kill('SIGKILL'));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
