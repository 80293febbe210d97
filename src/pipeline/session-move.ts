import type { Milli } from '../time.ts';
import type { SupervisedWorker } from './supervised-worker.ts';
import type { SessionId, SessionSettings, ToWorker } from './worker-protocol.ts';

/** A camera that sends no keyframe within this, when asked, keeps its session where it is. */
export const MOVE_LIMIT: Milli = 4_000;

type State =
  | { readonly step: 'none' }
  /** The other worker makes the identity ready while this one draws. */
  | {
      readonly step: 'preparing' | 'prepared';
      readonly to: SupervisedWorker;
      readonly since: Milli;
    }
  /** The other worker has the camera's keyframe; its first frame is not there yet. */
  | { readonly step: 'handed-over'; readonly from: SupervisedWorker };

/** A session's way from one worker to another, one at a time, without a frame missed on the way. */
export class SessionMove {
  readonly #session: SessionId;
  #state: State = { step: 'none' };

  constructor(session: SessionId) {
    this.#session = session;
  }

  get underWay(): boolean {
    return this.#state.step !== 'none';
  }

  /** The worker that will take over. */
  get to(): SupervisedWorker | undefined {
    return 'to' in this.#state ? this.#state.to : undefined;
  }

  /** The worker that makes the identity ready. */
  get preparing(): SupervisedWorker | undefined {
    return this.#state.step === 'preparing' ? this.#state.to : undefined;
  }

  /** The worker that was taken over from. */
  get from(): SupervisedWorker | undefined {
    return 'from' in this.#state ? this.#state.from : undefined;
  }

  begin(to: SupervisedWorker, settings: SessionSettings, now: Milli): void {
    this.#state = { step: 'preparing', to, since: now };
    to.send({ type: 'open', session: this.#session, settings: { ...settings, standby: true } });
  }

  prepared(): void {
    if ('to' in this.#state) this.#state = { ...this.#state, step: 'prepared' };
  }

  /** Tells whoever is preparing. */
  tell(message: ToWorker): void {
    this.to?.send(message);
  }

  /** A keyframe comes. @returns who is to have it: the present worker, or the one that is prepared. */
  handOver(from: SupervisedWorker): SupervisedWorker {
    if (this.#state.step !== 'prepared') return from;
    const { to } = this.#state;
    this.#state = { step: 'handed-over', from };
    return to;
  }

  /** The new worker's first frame is there: the old one is not needed any more. */
  letGo(): void {
    if (this.#state.step !== 'handed-over') return;
    this.#close(this.#state.from);
  }

  /** It stays where it is, unless the keyframe has come. */
  callOff(): void {
    if ('to' in this.#state) this.#close(this.#state.to);
  }

  /** Whatever the step, nothing is left behind. */
  end(): void {
    this.callOff();
    this.letGo();
  }

  tick(now: Milli): void {
    if ('to' in this.#state && now - this.#state.since > MOVE_LIMIT) this.callOff();
  }

  #close(worker: SupervisedWorker): void {
    worker.send({ type: 'close', session: this.#session });
    this.#state = { step: 'none' };
  }
}
