import { UnderstudyError } from '../errors.ts';
import type { AvatarState } from '../signaling/session-stats.ts';
import type { Clock, Milli } from '../time.ts';
import type { VideoCodec } from './decode/video-decoder.ts';
import { type IdentityStrikes, refusedIdentity } from './identity-strikes.ts';
import { IdentitySwitches } from './identity-switches.ts';
import { SessionMove } from './session-move.ts';
import type { DropReason } from './stage.ts';
import { type Blame, Strikes } from './strikes.ts';
import type { SupervisedWorker } from './supervised-worker.ts';
import type { BitsPerSecond } from './transmit/video-encoder.ts';
import { wireError } from './wire-error.ts';
import {
  type CodedCameraFrame,
  type FromWorker,
  type MotionChange,
  type RenderedFrame,
  type SessionId,
  type SessionSettings,
  type ToWorker,
  type WireError,
  withMotion,
} from './worker-protocol.ts';

export interface PoolSessionEvents {
  rendered(frame: RenderedFrame): void;
  dropped(reason: DropReason, count: number): void;
  avatar(state: AvatarState): void;
  needKeyframe(): void;
  /** The session cannot go on, and is closed. */
  failed(error: WireError): void;
}

interface PoolSessionOptions {
  readonly id: SessionId;
  readonly place: SupervisedWorker;
  readonly settings: SessionSettings;
  readonly events: PoolSessionEvents;
  /** Those of all sessions. */
  readonly identities: IdentityStrikes;
  /** The machine's, which workers read too. */
  readonly clock: Clock;
  readonly onClose: (session: PoolSession) => void;
}

/** What is said to a worker of one session. */
type SessionMessage = Extract<ToWorker, { session: SessionId }>;
type SessionAnswer = Extract<FromWorker, { session: SessionId }>;

interface Waiting {
  resolve(): void;
  reject(cause: unknown): void;
}

/**
 * One session as the main process knows it: what it was last set to, which is what it is opened
 * with again when its worker died, and what is waited for. It stays with its place in the pool until
 * it is moved to another.
 */
export class PoolSession {
  readonly id: SessionId;
  readonly #events: PoolSessionEvents;
  readonly #clock: Clock;
  readonly #onClose: (session: PoolSession) => void;
  readonly #switches = new IdentitySwitches();
  readonly #identities: IdentityStrikes;
  #place: SupervisedWorker;
  readonly #move: SessionMove;
  #settings: SessionSettings;
  /** Who waits for it to be open for the first time. */
  #opening: Waiting | undefined;
  /** What the worker in its place knows of it: nothing, as long as there is none, or its identity is held back. */
  #phase: 'unknown' | 'opening' | 'open' = 'unknown';
  readonly #strikes = new Strikes();
  #closed = false;

  constructor({ id, place, settings, events, identities, clock, onClose }: PoolSessionOptions) {
    this.id = id;
    this.#place = place;
    this.#move = new SessionMove(id);
    this.#settings = settings;
    this.#events = events;
    this.#identities = identities;
    this.#clock = clock;
    this.#onClose = onClose;
  }

  /**
   * Opens it in its place, or waits for the worker that is starting there.
   * @throws UnderstudyError with the code of what went wrong in the worker; `identity_failed` where its identity is refused.
   */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#opening = { resolve, reject };
      this.#askToOpen(false);
    });
  }

  /** Where it is, or will be soon. */
  get place(): SupervisedWorker {
    return this.#move.to ?? this.#place;
  }

  /** What the networks that draw it run on. */
  get device(): string {
    return this.place.device;
  }

  /** What is being drawn. */
  get identity(): string {
    return this.#settings.identity;
  }

  /** It can only be moved at a camera's keyframe, and not while something else is under way. */
  get movable(): boolean {
    const busy = this.#move.underWay || this.#phase !== 'open' || this.#switches.size > 0;
    const clear = this.#identities.standing(this.identity, this.#clock()) === 'clear';
    return !busy && clear && !this.#settings.paused && !this.#closed;
  }

  /** The place whose worker has its frames. */
  get drawnAt(): SupervisedWorker {
    return this.#place;
  }

  get blame(): Blame {
    return this.#strikes.blame;
  }

  /** It was drawn already, and is being opened in another worker. */
  get reopening(): boolean {
    return this.#phase === 'opening' && this.#opening === undefined;
  }

  /** Identities that are being made ready for it in a place. */
  loadingAt(place: SupervisedWorker): string[] {
    if (place === this.#move.preparing) return [this.identity];
    if (place !== this.#place || this.#phase === 'unknown') return [];
    const { asked } = this.#switches;
    return this.#phase === 'opening' ? [this.identity, ...asked] : asked;
  }

  /** The suspect that it waits for: its place may make it ready once it is tried. */
  get held(): string | undefined {
    return this.#phase === 'unknown' ? this.identity : this.#switches.next?.identity;
  }

  /** The turn of a suspect has come. */
  tryIdentity(identity: string): void {
    if (this.held !== identity) return;
    if (this.#phase === 'unknown') this.#askToOpen(true);
    else this.#askToSwitch(true);
  }

  /** Goes on in another worker, from the camera's next keyframe on, without a break. */
  moveTo(to: SupervisedWorker): void {
    if (this.movable && to !== this.#place) this.#move.begin(to, this.#settings, this.#clock());
  }

  /** To be called now and then. */
  tick(now: Milli): void {
    this.#move.tick(now);
  }

  /** @param age how long ago the frame was complete at the server. */
  push(frame: Omit<CodedCameraFrame, 'receivedAt'>, age: Milli): void {
    if (this.#closed) return;
    if (this.#phase !== 'open') {
      // Frames that break a worker must not do so while it makes the identity ready, which would be blamed.
      if (!this.#settings.paused) this.#events.dropped('unready', 1);
      return;
    }
    // Those of a muted camera are not answered: they break nothing either.
    if (!this.#settings.paused) this.#strikes.sent();
    if (frame.keyframe) this.#place = this.#move.handOver(this.#place);
    const receivedAt = this.#clock() - age;
    this.#send({ type: 'frame', session: this.id, frame: { ...frame, receivedAt } });
  }

  /**
   * Resolves once the identity is ready to be drawn from the next frame on, or was overtaken by another.
   * @throws UnderstudyError with the code of what went wrong in the worker; `identity_failed` where it is refused.
   */
  switchIdentity(identity: string): Promise<void> {
    this.#move.callOff();
    const switched = this.#switches.want(identity);
    this.#askToSwitch(false);
    return switched;
  }

  setMotion(change: MotionChange): void {
    this.#settings = withMotion(this.#settings, change);
    this.#send({ type: 'motion', session: this.id, ...change });
  }

  setOutputs(codecs: readonly VideoCodec[]): void {
    this.#settings = { ...this.#settings, outputs: codecs };
    this.#send({ type: 'outputs', session: this.id, codecs });
  }

  setBitrate(bitrate: BitsPerSecond): void {
    this.#settings = { ...this.#settings, bitrate };
    this.#send({ type: 'bitrate', session: this.id, bitrate });
  }

  setPaused(paused: boolean): void {
    this.#settings = { ...this.#settings, paused };
    this.#send({ type: 'pause', session: this.id, paused });
  }

  forceKeyframe(codec: VideoCodec): void {
    this.#send({ type: 'keyframe', session: this.id, codec });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#move.end();
    this.#send({ type: 'close', session: this.id });
    const ended = new UnderstudyError('session_closed', 'The session ended.', { value: this.id });
    this.#switches.failAll(ended);
    this.#opening?.reject(ended);
    this.#onClose(this);
  }

  /** A worker is ready in a place. */
  workerReady(place: SupervisedWorker): void {
    if (place !== this.#place) return;
    this.#strikes.reopened();
    this.#askToOpen(false);
  }

  /**
   * The worker in a place is gone.
   * @param blamed whether more speaks for this session's having broken it than for any other's.
   */
  workerLost(place: SupervisedWorker, now: Milli, blamed: boolean): void {
    if (place !== this.#place && place !== this.#move.to && place !== this.#move.from) return;
    this.#move.end();
    if (place !== this.#place) return;
    this.#phase = 'unknown';
    this.#switches.workerLost();
    this.#events.avatar('recovering');
    if (!blamed || !this.#strikes.strike(now)) return;
    this.#fail({
      code: 'internal',
      message: 'The video sent by this camera keeps breaking the pipeline; the session was ended.',
    });
  }

  /** @param from the place whose worker says it: not always the one that draws. */
  hear(message: SessionAnswer, from: SupervisedWorker): void {
    if (from !== this.#place) {
      this.#hearOther(message, from);
      return;
    }
    switch (message.type) {
      case 'opened':
        this.#phase = 'open';
        if (this.#opening) this.#opening.resolve();
        else this.#events.needKeyframe();
        this.#opening = undefined;
        // One that was under way when a worker died is asked of the new one.
        this.#askToSwitch(false);
        return;
      case 'open-failed':
        this.#failToOpen(new UnderstudyError(message.error.code, message.error.message));
        return;
      case 'identity-switched':
        this.#switched(message.request, message.error);
        return;
      case 'rendered':
        if (message.rendered.frame !== null) this.#strikes.answered();
        this.#move.letGo();
        this.#events.rendered(message.rendered);
        return;
      case 'dropped':
        this.#events.dropped(message.reason, message.count);
        return;
      case 'avatar':
        this.#events.avatar(message.state);
        return;
      case 'need-keyframe':
        this.#events.needKeyframe();
        return;
      case 'working':
        this.#strikes.working(message.working);
        return;
      case 'memory':
        this.#move.tell(message);
    }
  }

  /** A worker that will draw the session, or has. */
  #hearOther(message: SessionAnswer, from: SupervisedWorker): void {
    if (from === this.#move.from) {
      // What it had under way when it handed over is still in order: the other's first is not there yet.
      if (message.type === 'rendered') this.#events.rendered(message.rendered);
      if (message.type === 'dropped') this.#events.dropped(message.reason, message.count);
    } else if (from === this.#move.to) {
      if (message.type === 'open-failed') this.#move.callOff();
      if (message.type !== 'opened') return;
      this.#move.prepared();
      this.#place.send({ type: 'recall', session: this.id });
      this.#events.needKeyframe();
    }
  }

  #switched(request: number, error: WireError | undefined): void {
    if (error) {
      this.#switches.fail(request, new UnderstudyError(error.code, error.message));
      return;
    }
    const identity = this.#switches.done(request);
    if (identity !== undefined) this.#settings = { ...this.#settings, identity };
  }

  /** @param tried its identity may be made ready although it is suspect: its turn has come. */
  #askToOpen(tried: boolean): void {
    const standing = this.#identities.standing(this.identity, this.#clock());
    if (standing === 'refused') {
      this.#failToOpen(refusedIdentity(this.identity));
      return;
    }
    if (!this.#place.ready || (standing === 'suspect' && !tried)) return;
    this.#phase = 'opening';
    const settings = { ...this.#settings, suspect: this.#strikes.suspect };
    this.#send({ type: 'open', session: this.id, settings });
  }

  /** @param tried as above. */
  #askToSwitch(tried: boolean): void {
    const { next } = this.#switches;
    if (!next) return;
    const { request, identity } = next;
    const standing = this.#identities.standing(identity, this.#clock());
    if (standing === 'refused') this.#switches.fail(request, refusedIdentity(identity));
    else if (this.#phase !== 'unknown' && (standing === 'clear' || tried)) {
      this.#switches.ask(request);
      this.#send({ type: 'identity', session: this.id, identity, request });
    }
  }

  #failToOpen(error: UnderstudyError): void {
    if (this.#opening) this.#opening.reject(error);
    else this.#fail(wireError(error));
  }

  #fail(error: WireError): void {
    this.close();
    this.#events.failed(error);
  }

  #send(message: SessionMessage): void {
    this.#place.send(message);
    // Whoever prepares to take over must know what changes meanwhile; frames are not for it yet.
    if (message.type !== 'frame' && message.type !== 'keyframe') this.#move.tell(message);
  }
}
