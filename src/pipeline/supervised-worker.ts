import type { Clock, Milli } from '../time.ts';
import type { ForkWorker, WorkerProcess } from './worker-process.io.ts';
import type {
  FromWorker,
  ToWorker,
  WireError,
  WorkerLoadReport,
  WorkerReport,
  WorkerSetup,
} from './worker-protocol.ts';

/**
 * Loading and warming every network takes about a second on one core. A graphics card's shaders may take a minute, as in
 * the device's trial; what takes longer is a hang.
 */
export const START_LIMIT: Milli = 60_000;
/** A frame takes tens of milliseconds; a worker silent this long is stuck in native code. */
export const SILENCE_LIMIT: Milli = 4_000;
const PING_EVERY: Milli = 1_000;
/** A worker that dies while starting would otherwise be forked in a busy loop. */
const RESTART_DELAYS: readonly Milli[] = [0, 250, 1_000, 4_000, 10_000];

type State =
  | { readonly kind: 'waiting'; readonly until: Milli }
  | { readonly kind: 'starting'; readonly process: WorkerProcess; readonly since: Milli }
  | {
      readonly kind: 'ready';
      readonly process: WorkerProcess;
      readonly since: Milli;
      readonly pingedAt: Milli;
      readonly heardAt: Milli;
      readonly load: WorkerLoadReport | undefined;
    }
  | { readonly kind: 'closed' };

export interface SupervisedWorkerEvents {
  ready(report: WorkerReport): void;
  message(message: FromWorker): void;
  /** The process is gone; another is being started. */
  lost(reason: string, pid: number | undefined): void;
  /** The process cannot run here (a model is missing, say): starting another will not help. */
  unusable(error: WireError): void;
}

/**
 * One place in the pool: keeps a worker process running in it, forking another when it dies or
 * falls silent. {@link tick} must be called a few times a second.
 */
export class SupervisedWorker {
  readonly #fork: ForkWorker;
  readonly #setup: WorkerSetup;
  readonly #events: SupervisedWorkerEvents;
  readonly #clock: Clock;
  #state: State;
  #failedStarts = 0;
  #device = 'cpu';

  constructor(fork: ForkWorker, setup: WorkerSetup, events: SupervisedWorkerEvents, clock: Clock) {
    this.#fork = fork;
    this.#setup = setup;
    this.#events = events;
    this.#clock = clock;
    this.#state = { kind: 'waiting', until: clock() };
    this.tick();
  }

  get ready(): boolean {
    return this.#state.kind === 'ready';
  }

  /** Since when the process that is there is ready; undefined while none is. */
  get readySince(): Milli | undefined {
    return this.#state.kind === 'ready' ? this.#state.since : undefined;
  }

  /** When that process said something last. */
  get heardAt(): Milli | undefined {
    return this.#state.kind === 'ready' ? this.#state.heardAt : undefined;
  }

  /** As it was with the last pong. */
  get load(): WorkerLoadReport | undefined {
    return this.#state.kind === 'ready' ? this.#state.load : undefined;
  }

  /** What the networks of its engine run on, as it said last. */
  get device(): string {
    return this.#device;
  }

  get pid(): number | undefined {
    return 'process' in this.#state ? this.#state.process.pid : undefined;
  }

  send(message: ToWorker): void {
    if (this.#state.kind === 'ready') this.#state.process.send(message);
  }

  tick(): void {
    const state = this.#state;
    const now = this.#clock();
    switch (state.kind) {
      case 'waiting':
        if (now >= state.until) this.#start(now);
        return;
      case 'starting':
        if (now - state.since > START_LIMIT) state.process.kill();
        return;
      case 'ready':
        if (now - state.heardAt > SILENCE_LIMIT) state.process.kill();
        else if (now - state.pingedAt >= PING_EVERY) {
          state.process.send({ type: 'ping', at: now });
          this.#state = { ...state, pingedAt: now };
        }
        return;
      case 'closed':
    }
  }

  close(): void {
    const state = this.#state;
    this.#state = { kind: 'closed' };
    if ('process' in state) state.process.kill();
  }

  #start(now: Milli): void {
    // A process may still speak after its place was given to another: nobody listens then.
    const current = () => 'process' in this.#state && this.#state.process === process;
    const process: WorkerProcess = this.#fork({
      message: (message) => {
        if (current()) this.#hear(message, process);
      },
      exit: (reason) => {
        if (current()) this.#lose(reason);
      },
    });
    this.#state = { kind: 'starting', process, since: now };
    process.send({ type: 'setup', setup: this.#setup });
  }

  #hear(message: FromWorker, process: WorkerProcess): void {
    const now = this.#clock();
    if (message.type === 'ready') {
      this.#failedStarts = 0;
      this.#device = message.report.device;
      const heard = { pingedAt: now, heardAt: now };
      this.#state = { kind: 'ready', process, since: now, ...heard, load: undefined };
      this.#events.ready(message.report);
      return;
    }
    if (message.type === 'unusable') {
      this.#events.unusable(message.error);
      return;
    }
    if (message.type === 'device-lost') this.#device = 'cpu';
    if (this.#state.kind === 'ready') {
      const load = message.type === 'pong' ? message.load : this.#state.load;
      this.#state = { ...this.#state, heardAt: now, load };
    }
    if (message.type !== 'pong') this.#events.message(message);
  }

  #lose(reason: string): void {
    const pid = this.pid;
    if (this.#state.kind === 'starting') this.#failedStarts++;
    const delay = RESTART_DELAYS[Math.min(this.#failedStarts, RESTART_DELAYS.length - 1)] ?? 0;
    this.#state = { kind: 'waiting', until: this.#clock() + delay };
    this.#events.lost(reason, pid);
    this.tick();
  }
}
