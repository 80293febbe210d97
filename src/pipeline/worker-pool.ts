import { UnderstudyError } from '../errors.ts';
import type { AvatarState } from '../signaling/protocol.ts';
import type { Clock, Milli } from '../time.ts';
import type { VideoCodec } from './decode/video-decoder.ts';
import type { DropReason } from './stage.ts';
import { SupervisedWorker } from './supervised-worker.ts';
import type { ForkWorker } from './worker-process.io.ts';
import {
  type CodedCameraFrame,
  type FromWorker,
  type MotionChange,
  type RenderedFrame,
  type SessionId,
  type SessionSettings,
  type ToWorker,
  type WireError,
  type WorkerReport,
  type WorkerSetup,
  withMotion,
} from './worker-protocol.ts';

/**
 * A session under whose frames this many workers died within {@link STRIKE_MEMORY} is ended: its
 * input is what kills them, and the others in the worker must not pay for it.
 */
export const MAX_STRIKES = 3;
const STRIKE_MEMORY: Milli = 60_000;

export interface PoolSessionEvents {
  rendered(frame: RenderedFrame): void;
  dropped(reason: DropReason, count: number): void;
  avatar(state: AvatarState): void;
  needKeyframe(): void;
  /** The session cannot go on, and is closed. */
  failed(error: WireError): void;
}

export interface WorkerPoolEvents {
  ready(report: WorkerReport): void;
  /** A worker died and is being replaced. */
  lost(reason: string, pid: number | undefined): void;
  unusable(error: WireError): void;
}

interface Session {
  readonly id: SessionId;
  readonly events: PoolSessionEvents;
  settings: SessionSettings;
  place: SupervisedWorker;
  /** Camera frames sent and not yet answered. */
  pending: number;
  strikes: Milli[];
  opened: { resolve(): void; reject(cause: unknown): void } | undefined;
  /** Identity switches the worker has not answered yet, by request. */
  readonly switches: Map<
    number,
    { readonly identity: string; resolve(): void; reject(cause: unknown): void }
  >;
}

/** A session's handle: what its owner may do with it. */
export interface PoolSession {
  push(frame: CodedCameraFrame): void;
  /** Resolves once the identity is ready to be drawn from the next frame on. */
  switchIdentity(identity: string): Promise<void>;
  setMotion(change: MotionChange): void;
  setOutputs(codecs: readonly VideoCodec[]): void;
  setBitrate(bitrate: number): void;
  setPaused(paused: boolean): void;
  forceKeyframe(codec: VideoCodec): void;
  close(): void;
}

/**
 * The pipeline workers and the sessions placed on them. A worker that dies is replaced and its
 * sessions are opened again in the new one, with the settings they had.
 */
export class WorkerPool {
  readonly #places: SupervisedWorker[] = [];
  readonly #sessions = new Map<SessionId, Session>();
  readonly #clock: Clock;
  #report: WorkerReport | undefined;
  #requests = 0;

  constructor(options: {
    readonly workers: number;
    readonly setup: WorkerSetup;
    readonly fork: ForkWorker;
    readonly clock: Clock;
    readonly events: WorkerPoolEvents;
  }) {
    this.#clock = options.clock;
    for (let index = 0; index < options.workers; index++) {
      const place: SupervisedWorker = new SupervisedWorker(
        options.fork,
        options.setup,
        {
          ready: (report) => {
            this.#report = report;
            this.#reopen(index);
            options.events.ready(report);
          },
          message: (message) => this.#hear(message),
          lost: (reason, pid) => {
            options.events.lost(reason, pid);
            this.#lose(index);
          },
          unusable: (error) => options.events.unusable(error),
        },
        options.clock,
      );
      this.#places.push(place);
    }
  }

  /** What the workers run on; undefined until the first is ready. */
  get report(): WorkerReport | undefined {
    return this.#report;
  }

  get readyWorkers(): number {
    return this.#places.filter((place) => place.ready).length;
  }

  /** For tests and operators: the processes in their places. */
  get pids(): readonly (number | undefined)[] {
    return this.#places.map((place) => place.pid);
  }

  tick(): void {
    for (const place of this.#places) place.tick();
  }

  /**
   * Opens a session on the least loaded worker. Resolves when its identity is ready to be drawn.
   * @throws UnderstudyError with the code of what went wrong in the worker.
   */
  async open(
    id: SessionId,
    settings: SessionSettings,
    events: PoolSessionEvents,
  ): Promise<PoolSession> {
    const session: Session = {
      id,
      events,
      settings,
      place: this.#leastLoaded(),
      pending: 0,
      strikes: [],
      opened: undefined,
      switches: new Map(),
    };
    this.#sessions.set(id, session);
    const opened = new Promise<void>((resolve, reject) => {
      session.opened = { resolve, reject };
    });
    // A place that is still starting opens its sessions when it is ready.
    session.place.send({ type: 'open', session: id, settings });
    try {
      await opened;
    } catch (cause) {
      this.#close(session);
      throw cause;
    }
    return this.#handle(session);
  }

  forget(identity: string): void {
    for (const place of this.#places) place.send({ type: 'forget', identity });
  }

  close(): void {
    for (const place of this.#places) place.close();
  }

  #handle(session: Session): PoolSession {
    const send = (message: ToWorker) => session.place.send(message);
    const change = (settings: Partial<SessionSettings>) => {
      session.settings = { ...session.settings, ...settings };
    };
    const id = session.id;
    return {
      push: (frame) => {
        session.pending++;
        send({ type: 'frame', session: id, frame });
      },
      switchIdentity: (identity) => {
        const request = ++this.#requests;
        return new Promise((resolve, reject) => {
          session.switches.set(request, { identity, resolve, reject });
          send({ type: 'identity', session: id, identity, request });
        });
      },
      setMotion: (motion) => {
        session.settings = withMotion(session.settings, motion);
        send({ type: 'motion', session: id, ...motion });
      },
      setOutputs: (codecs) => {
        change({ outputs: codecs });
        send({ type: 'outputs', session: id, codecs });
      },
      setBitrate: (bitrate) => {
        change({ bitrate });
        send({ type: 'bitrate', session: id, bitrate });
      },
      setPaused: (paused) => {
        change({ paused });
        send({ type: 'pause', session: id, paused });
      },
      forceKeyframe: (codec) => send({ type: 'keyframe', session: id, codec }),
      close: () => this.#close(session),
    };
  }

  #leastLoaded(): SupervisedWorker {
    const load = (place: SupervisedWorker) =>
      [...this.#sessions.values()].filter((session) => session.place === place).length;
    return this.#places.reduce((best, place) => (load(place) < load(best) ? place : best));
  }

  #close(session: Session): void {
    if (this.#sessions.get(session.id) !== session) return;
    this.#sessions.delete(session.id);
    session.place.send({ type: 'close', session: session.id });
    const closed = new UnderstudyError('session_closed', 'The session ended.', {
      value: session.id,
    });
    for (const waiting of session.switches.values()) waiting.reject(closed);
  }

  #reopen(index: number): void {
    const place = this.#places[index];
    for (const session of this.#sessions.values()) {
      if (session.place !== place && place !== undefined) continue;
      session.pending = 0;
      session.place.send({ type: 'open', session: session.id, settings: session.settings });
      if (!session.opened) session.events.needKeyframe();
    }
  }

  #lose(index: number): void {
    const now = this.#clock();
    for (const session of [...this.#sessions.values()]) {
      if (session.place !== this.#places[index]) continue;
      session.events.avatar('recovering');
      if (session.pending > 0) {
        session.strikes = session.strikes.filter((at) => now - at < STRIKE_MEMORY);
        session.strikes.push(now);
      }
      if (session.strikes.length < MAX_STRIKES) continue;
      this.#close(session);
      session.events.failed({
        code: 'internal',
        message:
          'The video sent by this camera keeps breaking the pipeline; the session was ended.',
      });
    }
  }

  #hear(message: FromWorker): void {
    if (!('session' in message)) return;
    const session = this.#sessions.get(message.session);
    if (!session) return;
    switch (message.type) {
      case 'opened':
        this.#askAgain(session);
        session.opened?.resolve();
        session.opened = undefined;
        return;
      case 'open-failed': {
        const failure = new UnderstudyError(message.error.code, message.error.message);
        if (session.opened) session.opened.reject(failure);
        else {
          this.#close(session);
          session.events.failed(message.error);
        }
        return;
      }
      case 'identity-switched': {
        const waiting = session.switches.get(message.request);
        session.switches.delete(message.request);
        if (message.error)
          waiting?.reject(new UnderstudyError(message.error.code, message.error.message));
        else if (waiting) {
          session.settings = { ...session.settings, identity: waiting.identity };
          waiting.resolve();
        }
        return;
      }
      case 'rendered':
        if (message.rendered.frame !== null) session.pending = 0;
        session.events.rendered(message.rendered);
        return;
      case 'dropped':
        session.events.dropped(message.reason, message.count);
        return;
      case 'avatar':
        session.events.avatar(message.state);
        return;
      case 'need-keyframe':
        session.events.needKeyframe();
    }
  }

  /** Switches that were under way when the worker died are asked of the new one. */
  #askAgain(session: Session): void {
    for (const [request, { identity }] of session.switches)
      session.place.send({ type: 'identity', session: session.id, identity, request });
  }
}
