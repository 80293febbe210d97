import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UnderstudyError } from '../errors.ts';
import type { UploadedPicture } from '../signaling/identity-catalogue.ts';
import type { Milli } from '../time.ts';
import type {
  EnrolmentPart,
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
/** Being uploaded or waiting for their turn: more would wait longer than anybody looks at a progress bar. */
export const MAX_ENROLMENTS = 8;

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

interface Waiting {
  readonly child: ChildProcess;
  resolve(outcome: EnrolmentOutcome): void;
  reject(cause: UnderstudyError): void;
}

/**
 * Hands uploads on to a forked worker as they come, which enrols one after another; it is started
 * for the first and ended when idle. A worker that dies or hangs costs the enrolment under way; the
 * others that it held are to be sent again.
 */
export class EnrolmentProcess {
  readonly #setup: WorkerSetup;
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #limit: NodeJS.Timeout | undefined;
  #enrolments = 0;
  readonly #waiting = new Map<number, Waiting>();
  /** Those that the worker has whole, in its order: the first is under way. */
  #whole: number[] = [];

  constructor(setup: WorkerSetup) {
    this.#setup = setup;
  }

  /**
   * @param pictures read no faster than the worker takes them.
   * @throws UnderstudyError `enrolment_busy`, `enrolment_interrupted`; whatever `pictures` throws.
   */
  async enrol(
    task: EnrolmentTask,
    pictures: AsyncIterable<UploadedPicture>,
  ): Promise<EnrolmentOutcome> {
    if (this.#waiting.size >= MAX_ENROLMENTS) {
      throw new UnderstudyError(
        'enrolment_busy',
        'Too many identities are being made at the moment. Try again in half a minute.',
        { value: this.#waiting.size, valid: MAX_ENROLMENTS },
      );
    }
    const enrolment = ++this.#enrolments;
    const child = this.#start();
    const outcome = new Promise<EnrolmentOutcome>((resolve, reject) =>
      this.#waiting.set(enrolment, { child, resolve, reject }),
    );
    // Whoever still uploads hears of it at the next part.
    outcome.catch(() => undefined);
    try {
      for await (const part of partsOf(enrolment, task, pictures)) {
        if (part.type === 'complete') this.#queue(enrolment);
        // A worker that hangs takes nothing until it is killed: then the outcome is there first.
        await Promise.race([send(child, part), outcome]);
      }
      return await outcome;
    } catch (cause) {
      void send(child, { type: 'cancel', enrolment });
      throw cause;
    } finally {
      this.#forget(enrolment);
    }
  }

  close(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#limit);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #start(): ChildProcess {
    clearTimeout(this.#idle);
    if (this.#child) return this.#child;
    const child = fork(WORKER_FILE, { serialization: 'advanced' });
    child.on('message', (message) => this.#settle(message as FromEnrolmentWorker));
    child.on('exit', () => this.#lose(child));
    child.on('error', () => {
      child.kill('SIGKILL');
      // One that never began does not exit either.
      this.#lose(child);
    });
    void send(child, { type: 'setup', setup: this.#setup });
    this.#child = child;
    return child;
  }

  #queue(enrolment: number): void {
    this.#whole.push(enrolment);
    if (this.#whole.length === 1) this.#watch();
  }

  #watch(): void {
    clearTimeout(this.#limit);
    const child = this.#waiting.get(this.#whole[0] ?? 0)?.child;
    if (child) this.#limit = setTimeout(() => child.kill('SIGKILL'), TASK_LIMIT);
  }

  #settle(answer: FromEnrolmentWorker): void {
    const waiting = this.#waiting.get(answer.enrolment);
    if (answer.type === 'enrolled') waiting?.resolve({ enrolled: answer.record });
    else waiting?.resolve({ refused: { uploader: answer.uploader, ...answer.error } });
    this.#forget(answer.enrolment);
  }

  #lose(child: ChildProcess): void {
    if (this.#child === child) this.#child = undefined;
    const held = [...this.#waiting].filter(([, waiting]) => waiting.child === child);
    const underWay = this.#whole.find((enrolment) => held.some(([each]) => each === enrolment));
    for (const [enrolment, waiting] of held) {
      if (enrolment === underWay) waiting.resolve({ refused: DIED });
      else waiting.reject(interrupted());
      this.#forget(enrolment);
    }
  }

  #forget(enrolment: number): void {
    if (!this.#waiting.delete(enrolment)) return;
    this.#whole = this.#whole.filter((each) => each !== enrolment);
    this.#watch();
    if (this.#waiting.size > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.close(), IDLE_LIMIT);
    this.#idle.unref();
  }
}

/** An enrolment as the worker is told of it. */
async function* partsOf(
  enrolment: number,
  task: EnrolmentTask,
  pictures: AsyncIterable<UploadedPicture>,
): AsyncGenerator<EnrolmentPart> {
  yield { type: 'begin', enrolment, task };
  for await (const picture of pictures) {
    yield { type: 'picture', enrolment };
    for await (const bytes of picture) yield { type: 'bytes', enrolment, bytes };
  }
  yield { type: 'complete', enrolment };
}

const DIED: EnrolmentRefusal = {
  uploader: true,
  code: 'picture_unreadable',
  message: 'These pictures could not be processed. Try other ones.',
};

function interrupted(): UnderstudyError {
  return new UnderstudyError(
    'enrolment_interrupted',
    'The server had to interrupt this: it was not due to the pictures. Try again.',
  );
}

/** Resolves when the channel has taken the message: then there is room for the next. */
function send(child: ChildProcess, message: ToEnrolmentWorker): Promise<void> {
  return new Promise((resolve) => {
    // A worker that just died has its exit reported.
    if (!child.connected) resolve();
    else
      child.send(message, (error) => {
        if (error) child.kill('SIGKILL');
        resolve();
      });
  });
}
