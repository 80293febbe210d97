import { earliestDue } from '../earliest-due.ts';
import type { Clock, Milli } from '../time.ts';
import { SteadyCost } from './budget/steady-cost.ts';
import { Reenactment } from './reenactment.ts';
import type { ReenactmentStages } from './reenactment-stages.ts';
import { unknownIdentity } from './render/identity/identity-id.ts';
import type { Stage } from './stage.ts';
import { wireError } from './wire-error.ts';
import type {
  FromWorker,
  SessionId,
  SessionSettings,
  ToWorker,
  WorkerLoadReport,
} from './worker-protocol.ts';

export interface WorkerSessionsPorts {
  readonly clock: Clock;
  readonly stages: ReenactmentStages;
  send(message: FromWorker): void;
  /** {@link WorkerSessions.deadline} may have changed. */
  scheduled(): void;
  /** An identity was deleted: caches must not hand it out again. */
  forget(identity: string): void;
  /** Identities in memory. */
  identities(): readonly string[];
  /** Resident memory of the process. */
  memoryBytes(): number;
  /** Processor time that all threads of the process have used. */
  processCpuTime(): Milli;
  fault(session: SessionId, stage: Stage | 'identity', cause: unknown): void;
}

type SessionMessage = Exclude<ToWorker, { type: 'setup' | 'calibrate' | 'ping' | 'forget' }>;

/** All sessions of one worker: turns messages into calls and what sessions say into messages. */
export class WorkerSessions {
  readonly #ports: WorkerSessionsPorts;
  readonly #sessions = new Map<SessionId, Reenactment>();
  readonly #costs = new WeakMap<Reenactment, SteadyCost>();

  constructor(ports: WorkerSessionsPorts) {
    this.#ports = ports;
  }

  get deadline(): Milli | undefined {
    return earliestDue([...this.#sessions.values()].map(({ deadline }) => deadline));
  }

  async tick(now: Milli): Promise<void> {
    for (const session of this.#sessions.values()) await session.tick(now);
  }

  handle(message: ToWorker): void {
    switch (message.type) {
      case 'setup':
      case 'calibrate':
        return;
      case 'ping':
        this.#ports.send({ type: 'pong', at: message.at, load: this.#load() });
        return;
      case 'forget':
        this.#ports.forget(message.identity);
        for (const session of this.#sessions.values()) session.forget(message.identity);
        return;
      case 'open':
        this.#open(message.session, message.settings);
        return;
      default: {
        // A message may cross the close of its session: nothing is owed to it any more.
        const session = this.#sessions.get(message.session);
        if (session) this.#handleFor(session, message);
      }
    }
  }

  close(): void {
    for (const session of this.#sessions.values()) session.close();
    this.#sessions.clear();
  }

  #handleFor(session: Reenactment, message: SessionMessage): void {
    switch (message.type) {
      case 'frame':
        session.push(message.frame);
        return;
      case 'identity':
        void this.#wear(session, message.session, message.identity, message.request);
        return;
      case 'motion':
        session.setMotion(message);
        return;
      case 'outputs':
        session.setOutputs(message.codecs);
        return;
      case 'keyframe':
        session.forceKeyframe(message.codec);
        return;
      case 'bitrate':
        session.setBitrate(message.bitrate);
        return;
      case 'pause':
        session.setPaused(message.paused);
        return;
      case 'recall': {
        const { memory } = session;
        if (memory) this.#ports.send({ type: 'memory', session: message.session, memory });
        return;
      }
      case 'memory':
        session.recall(message.memory);
        return;
      case 'close':
        this.#sessions.delete(message.session);
        session.close();
        this.#ports.scheduled();
    }
  }

  #load(): WorkerLoadReport {
    const { clock, stages, identities, memoryBytes, processCpuTime } = this.#ports;
    const { uncounted } = stages.load;
    uncounted.sample({ thread: stages.cpuTime(), process: processCpuTime() });
    return {
      busy: stages.load.total(clock()),
      sessions: [...this.#sessions].map(([id, session]) => ({
        session: id,
        cost: this.#costs.get(session)?.follow(session.cost),
      })),
      uncounted: uncounted.perFrame,
      identities: identities(),
      memoryBytes: memoryBytes(),
    };
  }

  #open(id: SessionId, settings: SessionSettings): void {
    this.#sessions.get(id)?.close();
    const { send, scheduled, fault } = this.#ports;
    const session = new Reenactment(id, settings, this.#ports.stages, {
      rendered: (rendered) => send({ type: 'rendered', session: id, rendered }),
      dropped: (reason, count) => send({ type: 'dropped', session: id, reason, count }),
      avatar: (state) => send({ type: 'avatar', session: id, state }),
      needKeyframe: () => send({ type: 'need-keyframe', session: id }),
      working: (working) => send({ type: 'working', session: id, working }),
      scheduled,
      fault: (stage, cause) => fault(id, stage, cause),
    });
    this.#sessions.set(id, session);
    this.#costs.set(session, new SteadyCost());
    // Another may be open under the same id meanwhile: what became of this one is no answer to it.
    const replaced = () => this.#sessions.get(id) !== session;
    session.wear(settings.identity).then(
      () => replaced() || send({ type: 'opened', session: id }),
      (cause) => {
        fault(id, 'identity', cause);
        if (!replaced()) send({ type: 'open-failed', session: id, error: wireError(cause) });
      },
    );
  }

  async #wear(
    session: Reenactment,
    id: SessionId,
    identity: string,
    request: number,
  ): Promise<void> {
    try {
      if ((await session.wear(identity)) === 'deleted') throw unknownIdentity(identity);
      this.#ports.send({ type: 'identity-switched', session: id, request });
    } catch (cause) {
      this.#ports.fault(id, 'identity', cause);
      const error = wireError(cause);
      this.#ports.send({ type: 'identity-switched', session: id, request, error });
    }
  }
}
