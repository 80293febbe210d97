import { UnderstudyError } from '../errors.ts';
import type { Clock, Milli } from '../time.ts';
import type {
  CapacityEstimate,
  CapacityModel,
  MachineView,
  SessionCost,
  Verdict,
} from './budget/capacity-model.ts';
import { rebalance, shareOf } from './budget/rebalance.ts';
import { IdentityStrikes } from './identity-strikes.ts';
import { PoolSession, type PoolSessionEvents } from './pool-session.ts';
import { blamed } from './strikes.ts';
import { SupervisedWorker } from './supervised-worker.ts';
import type { ForkWorker } from './worker-process.io.ts';
import type {
  FromWorker,
  SessionId,
  SessionSettings,
  WireError,
  WorkerLoadReport,
  WorkerReport,
  WorkerSetup,
} from './worker-protocol.ts';

interface WorkerPoolEvents {
  ready(report: WorkerReport): void;
  /** A worker died and is being replaced. */
  lost(reason: string, pid: number | undefined): void;
  unusable(error: WireError): void;
  /** A worker's device failed; it draws on the processor from now on. */
  deviceLost(error: WireError): void;
  /** A session is on its way to another worker. */
  moved(session: SessionId): void;
}

interface WorkerPoolOptions {
  readonly workers: number;
  readonly setup: WorkerSetup;
  readonly fork: ForkWorker;
  /** The machine's, which workers read too. */
  readonly clock: Clock;
  readonly capacity: CapacityModel;
  readonly fps: number;
  readonly cores: number;
  /** Share of a core that the process takes in which the pool is. */
  readonly mainLoad: () => number;
  readonly events: WorkerPoolEvents;
}

/** A move is seen in the next reports of both workers before another is thought of. */
const BETWEEN_MOVES: Milli = 10_000;

interface Waiting {
  resolve(cost: SessionCost): void;
  reject(cause: unknown): void;
}

/**
 * The pipeline workers and the sessions placed on them. A worker that dies is replaced and its
 * sessions are opened again in the new one, with the settings they had.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #places: readonly SupervisedWorker[];
  readonly #sessions = new Map<SessionId, PoolSession>();
  /** Where sessions will be that were let in and are not opened yet. */
  readonly #reserved = new Map<SessionId, SupervisedWorker>();
  readonly #identities = new IdentityStrikes();
  /** When a place last opened a session again, or tried a suspect. */
  readonly #settledAt = new Map<SupervisedWorker, Milli>();
  #report: WorkerReport | undefined;
  #calibrating: Waiting | undefined;
  #movedAt: Milli = Number.NEGATIVE_INFINITY;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#places = Array.from({ length: options.workers }, () => this.#place());
  }

  /** What the workers run on; undefined until the first is ready. */
  get report(): WorkerReport | undefined {
    return this.#report;
  }

  get readyWorkers(): number {
    return this.#places.filter((place) => place.ready).length;
  }

  /** What each worker said with its last pong; undefined while it is not there. */
  get loads(): readonly (WorkerLoadReport | undefined)[] {
    return this.#places.map(({ load }) => load);
  }

  get estimate(): CapacityEstimate {
    return this.#options.capacity.estimate(this.#view());
  }

  /** To be called a few times a second. */
  tick(): void {
    const now = this.#options.clock();
    for (const place of this.#places) place.tick();
    for (const session of this.#sessions.values()) session.tick(now);
    for (const place of this.#places) this.#tryNext(place, now);
    if (now - this.#movedAt >= BETWEEN_MOVES) this.#rebalance(now);
  }

  /**
   * Measures what a session with these settings costs, in a worker that is ready.
   * @throws UnderstudyError with the code of what went wrong in the worker.
   */
  calibrate(settings: SessionSettings): Promise<SessionCost> {
    return new Promise((resolve, reject) => {
      this.#calibrating = { resolve, reject };
      this.#places.find((place) => place.ready)?.send({ type: 'calibrate', settings });
    });
  }

  /** Keeps a place for a session, if one can be had without making others' frames late. */
  reserve(id: SessionId, identity: string): Verdict {
    const verdict = this.#options.capacity.verdict(this.#view(), identity);
    if (verdict.fits) this.#reserved.set(id, this.#places[verdict.worker]!);
    return verdict;
  }

  /** The session will not come. */
  release(id: SessionId): void {
    this.#reserved.delete(id);
  }

  /**
   * Opens a session where a place was kept for it, or else where it disturbs least. Resolves when
   * its identity is ready to be drawn; the caller closes it.
   * @throws UnderstudyError with the code of what went wrong in the worker.
   */
  async open(
    id: SessionId,
    settings: SessionSettings,
    events: PoolSessionEvents,
  ): Promise<PoolSession> {
    // Whoever comes back before their session was open: the worker that opens it must not go on with it.
    this.#sessions.get(id)?.close();
    const place = this.#reserved.get(id) ?? this.#bestPlace(settings.identity);
    this.#reserved.delete(id);
    const { clock } = this.#options;
    const identities = this.#identities;
    const onClose = (closed: PoolSession) => {
      // Its id may already stand for the session that took its place.
      if (this.#sessions.get(id) === closed) this.#sessions.delete(id);
    };
    const own = { id, place, settings, events };
    const session = new PoolSession({ ...own, identities, clock, onClose });
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
    this.#identities.forget(identity);
    for (const place of this.#places) place.send({ type: 'forget', identity });
  }

  close(): void {
    for (const place of this.#places) place.close();
  }

  #place(): SupervisedWorker {
    const { fork, setup, clock, events } = this.#options;
    const place: SupervisedWorker = new SupervisedWorker(
      fork,
      setup,
      {
        ready: (report) => {
          this.#report = report;
          for (const session of this.#sessions.values()) session.workerReady(place);
          events.ready(report);
        },
        message: (message) => this.#hear(message, place),
        lost: (reason, pid) => {
          events.lost(reason, pid);
          this.#calibrated()?.reject(new UnderstudyError('calibration_failed', reason));
          this.#lost(place, clock());
        },
        unusable: events.unusable,
      },
      clock,
    );
    return place;
  }

  /**
   * A worker died. What it made ready is blamed before frames are: those that break workers break the next one, too,
   * in which what is suspect now is held back; but an identity that does so would have all those ended who are drawn beside it.
   */
  #lost(place: SupervisedWorker, now: Milli): void {
    const sessions = [...this.#sessions.values()];
    const loading = sessions.flatMap((session) => session.loadingAt(place));
    this.#identities.strike(loading, now);
    const guilty = loading.length > 0 ? [] : blamed(this.#drawnAt(place));
    for (const session of sessions) session.workerLost(place, now, guilty.includes(session));
  }

  /** Lets a worker make the next of the suspects ready that sessions wait for there. */
  #tryNext(place: SupervisedWorker, now: Milli): void {
    const sessions = [...this.#sessions.values()];
    const here = this.#drawnAt(place);
    if (here.some(({ reopening }) => reopening)) this.#settledAt.set(place, now);
    const { readySince, heardAt } = place;
    const settledAt =
      readySince === undefined
        ? undefined
        : Math.max(readySince, this.#settledAt.get(place) ?? readySince);
    const loading = sessions.some((session) => session.loadingAt(place).length > 0);
    const held = here.flatMap((session) => session.held ?? []);
    const tried = this.#identities.trial({ settledAt, heardAt, loading, held }, now);
    if (tried === undefined) return;
    this.#settledAt.set(place, now);
    for (const session of here) session.tryIdentity(tried);
  }

  /** Whose frames its worker has. */
  #drawnAt(place: SupervisedWorker): PoolSession[] {
    return [...this.#sessions.values()].filter(({ drawnAt }) => drawnAt === place);
  }

  #at(place: SupervisedWorker): PoolSession[] {
    return [...this.#sessions.values()].filter((session) => session.place === place);
  }

  #cost(session: PoolSession): SessionCost | undefined {
    const reports = this.#places.flatMap(({ load }) => load?.sessions ?? []);
    return reports.find((report) => report.session === session.id && report.cost)?.cost;
  }

  #view(): MachineView {
    const { cores, mainLoad } = this.#options;
    const reserved = [...this.#reserved.values()];
    const anyReady = this.readyWorkers > 0;
    return {
      cores,
      mainLoad: mainLoad(),
      workers: this.#places.map((place) => ({
        // While all are being replaced at once, a session waits for its worker: it will be there soon.
        ready: anyReady ? place.ready : this.#report !== undefined,
        identities: this.#identitiesAt(place),
        uncounted: place.load?.uncounted,
        sessions: [
          ...this.#at(place).map((session) => this.#cost(session)),
          ...reserved.filter((kept) => kept === place).map(() => undefined),
        ],
      })),
    };
  }

  #identitiesAt(place: SupervisedWorker): string[] {
    return [...(place.load?.identities ?? []), ...this.#at(place).map(({ identity }) => identity)];
  }

  #bestPlace(identity: string): SupervisedWorker {
    const view = this.#view();
    const { capacity } = this.#options;
    const verdict = capacity.verdict(view, identity);
    if (verdict.fits) return this.#places[verdict.worker]!;
    const loads = this.#places.map((_, worker) => capacity.load(view, worker));
    return this.#places[loads.indexOf(Math.min(...loads))]!;
  }

  #rebalance(now: Milli): void {
    const { capacity, fps } = this.#options;
    if (this.#places.length < 2) return;
    const expected = capacity.expected(this.#view());
    const workers = this.#places.map((place) => ({
      ready: place.ready,
      identities: this.#identitiesAt(place),
      sessions: this.#at(place).map((session) => ({
        id: session.id,
        identity: session.identity,
        share: shareOf(this.#cost(session) ?? expected, fps),
        fixed: !session.movable,
      })),
    }));
    const move = rebalance(workers);
    if (!move) return;
    this.#movedAt = now;
    this.#sessions.get(move.session)?.moveTo(this.#places[move.to]!);
    this.#options.events.moved(move.session);
  }

  #hear(message: FromWorker, place: SupervisedWorker): void {
    if ('session' in message) this.#sessions.get(message.session)?.hear(message, place);
    if (message.type === 'device-lost') this.#options.events.deviceLost(message.error);
    if (message.type === 'calibrated') this.#calibrated()?.resolve(message.cost);
    if (message.type === 'calibration-failed') {
      const { code, message: sentence } = message.error;
      this.#calibrated()?.reject(new UnderstudyError(code, sentence));
    }
  }

  /** Whoever waits for a calibration, once. */
  #calibrated(): Waiting | undefined {
    const waiting = this.#calibrating;
    this.#calibrating = undefined;
    return waiting;
  }
}
