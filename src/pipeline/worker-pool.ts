import type { Clock } from '../time.ts';
import { PoolSession, type PoolSessionEvents } from './pool-session.ts';
import { SupervisedWorker } from './supervised-worker.ts';
import type { ForkWorker } from './worker-process.io.ts';
import type {
  FromWorker,
  SessionId,
  SessionSettings,
  WireError,
  WorkerReport,
  WorkerSetup,
} from './worker-protocol.ts';

interface WorkerPoolEvents {
  ready(report: WorkerReport): void;
  /** A worker died and is being replaced. */
  lost(reason: string, pid: number | undefined): void;
  unusable(error: WireError): void;
}

interface WorkerPoolOptions {
  readonly workers: number;
  readonly setup: WorkerSetup;
  readonly fork: ForkWorker;
  /** The machine's, which workers read too. */
  readonly clock: Clock;
  readonly events: WorkerPoolEvents;
}

/**
 * The pipeline workers and the sessions placed on them. A worker that dies is replaced and its
 * sessions are opened again in the new one, with the settings they had.
 */
export class WorkerPool {
  readonly #places: readonly SupervisedWorker[];
  readonly #sessions = new Map<SessionId, PoolSession>();
  readonly #clock: Clock;
  #report: WorkerReport | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#clock = options.clock;
    this.#places = Array.from({ length: options.workers }, () => this.#place(options));
  }

  /** What the workers run on; undefined until the first is ready. */
  get report(): WorkerReport | undefined {
    return this.#report;
  }

  get readyWorkers(): number {
    return this.#places.filter((place) => place.ready).length;
  }

  /** To be called a few times a second. */
  tick(): void {
    for (const place of this.#places) place.tick();
  }

  /**
   * Opens a session on the least loaded worker. Resolves when its identity is ready to be drawn;
   * the caller closes it.
   * @throws UnderstudyError with the code of what went wrong in the worker.
   */
  async open(
    id: SessionId,
    settings: SessionSettings,
    events: PoolSessionEvents,
  ): Promise<PoolSession> {
    const session = new PoolSession({
      id,
      place: this.#leastLoaded(),
      settings,
      events,
      clock: this.#clock,
      onClose: (closed) => {
        // Its id may already stand for the session that took its place.
        if (this.#sessions.get(id) === closed) this.#sessions.delete(id);
      },
    });
    this.#sessions.set(id, session);
    try {
      await session.open();
      return session;
    } catch (cause) {
      session.close();
      throw cause;
    }
  }

  /** An identity was deleted: no worker may draw it any more. */
  forget(identity: string): void {
    for (const place of this.#places) place.send({ type: 'forget', identity });
  }

  close(): void {
    for (const place of this.#places) place.close();
  }

  #place({ fork, setup, clock, events }: WorkerPoolOptions): SupervisedWorker {
    const place: SupervisedWorker = new SupervisedWorker(
      fork,
      setup,
      {
        ready: (report) => {
          this.#report = report;
          for (const session of this.#at(place)) session.workerReady();
          events.ready(report);
        },
        message: (message) => this.#hear(message),
        lost: (reason, pid) => {
          events.lost(reason, pid);
          for (const session of this.#at(place)) session.workerLost(clock());
        },
        unusable: events.unusable,
      },
      clock,
    );
    return place;
  }

  #at(place: SupervisedWorker): PoolSession[] {
    return [...this.#sessions.values()].filter((session) => session.place === place);
  }

  #leastLoaded(): SupervisedWorker {
    return this.#places.reduce((best, place) =>
      this.#at(place).length < this.#at(best).length ? place : best,
    );
  }

  #hear(message: FromWorker): void {
    if ('session' in message) this.#sessions.get(message.session)?.hear(message);
  }
}
