import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UnderstudyError } from '../errors.ts';
import type { Milli } from '../time.ts';
import type {
  EnrolmentTask,
  FromEnrolmentWorker,
  ToEnrolmentWorker,
} from './enrolment-protocol.ts';
import type { IdentityRecord } from './render/identity/identity-record.ts';
import type { WorkerSetup } from './worker-protocol.ts';

const WORKER_FILE = fileURLToPath(new URL('./enrolment.worker.ts', import.meta.url));
/** Eight 16-megapixel pictures take some five seconds on one core; ten times that is a hang. */
const TASK_LIMIT: Milli = 60_000;
/** Kept for the next picture somebody tries; then its memory is given back. */
const IDLE_LIMIT: Milli = 30_000;
/** Enrolments waiting for their turn: more would wait longer than anybody looks at a progress bar. */
export const MAX_WAITING_ENROLMENTS = 8;

/** A picture that cannot be enrolled, as the enrolment worker told it. */
interface EnrolmentRefusal {
  readonly uploader: boolean;
  readonly code: string;
  readonly message: string;
  readonly picture?: number | undefined;
}

export type EnrolmentOutcome =
  | { readonly enrolled: IdentityRecord }
  | { readonly refused: EnrolmentRefusal };

/**
 * Runs enrolments one after another in a forked worker, which is started for the first and ended
 * when idle. A worker that dies or hangs costs the enrolment under way, nothing else.
 */
export class EnrolmentProcess {
  readonly #setup: WorkerSetup;
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #waiting = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(setup: WorkerSetup) {
    this.#setup = setup;
  }

  /** Starts the worker ahead of the first enrolment. */
  warm(): void {
    this.#start();
    this.#rest();
  }

  /** @throws UnderstudyError `enrolment_busy`. */
  async enrol(task: EnrolmentTask): Promise<EnrolmentOutcome> {
    if (this.#waiting >= MAX_WAITING_ENROLMENTS) {
      throw new UnderstudyError(
        'enrolment_busy',
        'Too many identities are being made at the moment. Try again in half a minute.',
        { value: this.#waiting, valid: MAX_WAITING_ENROLMENTS },
      );
    }
    this.#waiting++;
    const outcome = this.#tail.then(() => this.#run(task));
    this.#tail = outcome.catch(() => undefined);
    try {
      return await outcome;
    } finally {
      this.#waiting--;
    }
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #run(task: EnrolmentTask): Promise<EnrolmentOutcome> {
    const child = this.#start();
    return new Promise((resolve) => {
      const end = (outcome: EnrolmentOutcome) => {
        clearTimeout(limit);
        child.off('message', onMessage);
        child.off('exit', onExit);
        this.#rest();
        resolve(outcome);
      };
      const onMessage = (message: unknown) => {
        const answer = message as FromEnrolmentWorker;
        if (answer.type === 'enrolled') end({ enrolled: answer.record });
        else end({ refused: { uploader: answer.uploader, ...answer.error } });
      };
      const onExit = () => end({ refused: DIED });
      const limit = setTimeout(() => child.kill('SIGKILL'), TASK_LIMIT);
      child.on('message', onMessage);
      child.on('exit', onExit);
      send(child, { type: 'enrol', task });
    });
  }

  #start(): ChildProcess {
    clearTimeout(this.#idle);
    if (this.#child) return this.#child;
    const child = fork(WORKER_FILE, { serialization: 'advanced' });
    child.on('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    child.on('error', () => child.kill('SIGKILL'));
    send(child, { type: 'setup', setup: this.#setup });
    this.#child = child;
    return child;
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.close(), IDLE_LIMIT);
    this.#idle.unref();
  }
}

const DIED: EnrolmentRefusal = {
  uploader: true,
  code: 'picture_unreadable',
  message: 'These pictures could not be processed. Try other ones.',
};

function send(child: ChildProcess, message: ToEnrolmentWorker): void {
  // A worker that just died has its exit reported.
  if (child.connected) child.send(message, (error) => error && child.kill('SIGKILL'));
}
