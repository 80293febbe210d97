import {
  type ClientMessage,
  type MotionMode,
  PROTOCOL_VERSION,
  type ServerMessage,
  type SessionStats,
} from '../../signaling/protocol.ts';
import { type Capture, openCapture } from './capture.io.ts';
import { ClientError, type ClientErrorCode } from './client-error.ts';
import { closeError } from './close-error.ts';
import type { CloseReason } from './connection.ts';
import { ConnectionDriver } from './connection-driver.io.ts';
import { DriverMedia } from './driver-media.io.ts';
import { EventEmitter } from './event-emitter.ts';
import { Forwarding, type ForwardTarget } from './forwarding.ts';
import { type Enrolment, Identities } from './identities.io.ts';
import { IdentityChoice } from './identity-choice.ts';
import { estimateLatency } from './latency.ts';
import {
  type CameraSource,
  type MicrophoneSource,
  type ResolvedOptions,
  signalingUrl,
} from './options.ts';
import { Room, type RoomEvent } from './room.ts';
import type {
  AvatarStats,
  RoomParticipant,
  SessionEvents,
  SessionState,
} from './session-events.ts';

type Joined = Extract<ServerMessage, { type: 'joined' }>;

/** A call joined as someone else; made by `joinAsAvatar`. Emits `SessionEvents`. */
export class AvatarSession extends EventEmitter<SessionEvents> {
  readonly #options: ResolvedOptions;
  readonly #identities: Identities;
  readonly #room = new Room();
  readonly #choice: IdentityChoice;
  readonly #media: DriverMedia;
  readonly #driver: ConnectionDriver;
  readonly #forwarding = new Forwarding((cause) =>
    this.#warn('forwarding_failed', 'Another call refused the avatar.', cause),
  );
  #joined: Joined | null = null;
  #state: SessionState = 'joining';
  #motion: { motion?: MotionMode; smoothing?: number };
  #serverStats: SessionStats | null = null;

  /** Starts joining; takes over `capture` and releases it when closed. */
  constructor(options: ResolvedOptions, capture: Capture) {
    super();
    this.#options = options;
    this.#identities = new Identities(options.url);
    this.#choice = new IdentityChoice(options.identity);
    const { motion, smoothing } = options;
    this.#motion = { ...(motion && { motion }), ...(smoothing !== undefined && { smoothing }) };
    this.#media = new DriverMedia(capture, {
      send: (message) => this.#send(message),
      state: (state) => this.#acceptMediaState(state),
      tracks: (assigned) => this.#acceptTracks(assigned),
      error: (cause) => {
        const message = 'The connection could not be negotiated.';
        this.emit('error', new ClientError('negotiation_failed', message, { cause }));
      },
      unusableCandidate: (cause) =>
        this.#warn(
          'unusable_candidate',
          'A network address of the server is of no use here.',
          cause,
        ),
    });
    this.#driver = new ConnectionDriver(signalingUrl(options.url), options.giveUpAfter, {
      open: () => this.#join(),
      message: (message) => this.#receive(message),
      warning: (warning) => this.emit('warning', warning),
      startMedia: () => this.#media.start(this.#joined?.iceServers ?? []),
      restartIce: () => this.#media.restartIce(),
      reconnecting: (since) => {
        this.#enter('reconnecting');
        this.emit('reconnecting', { since });
      },
      reconnected: (outage) => {
        this.#enter('live');
        this.emit('reconnected', { outage });
      },
      end: (reason) => this.#end(reason),
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  /** One's own avatar and voice as the others receive them: one object for the session's whole life. */
  get stream(): MediaStream {
    return this.#room.ownStream;
  }

  /** Everyone in the room, oneself first. */
  get participants(): readonly RoomParticipant[] {
    return this.#room.participants;
  }

  /** The identity shown, or the one asked for last. */
  get identity(): string {
    return this.#choice.wanted;
  }

  get muted(): { readonly audio: boolean; readonly video: boolean } {
    return this.#media.muted;
  }

  /** What was asked for; an absent part is as the server is set. */
  get motion(): { readonly motion?: MotionMode; readonly smoothing?: number } {
    return this.#motion;
  }

  /** The driver's own picture and voice, as sent to the server and to nobody else. */
  get capture(): {
    readonly video: MediaStreamTrack | null;
    readonly audio: MediaStreamTrack | null;
  } {
    return this.#media.capture;
  }

  /**
   * Be seen as another identity; the old one is shown until the new one is ready.
   * @throws ClientError with the server's refusal, `superseded` or `closed`.
   */
  async switchIdentity(identity: string): Promise<void> {
    if (this.#state === 'closed') throw closedError();
    const { request, done } = this.#choice.wish(identity);
    this.#send({ type: 'identity', identity, request });
    await done;
  }

  /** Absent sides stay as they are. A muted side sends silence or black, and the server is told. */
  mute(change: { audio?: boolean; video?: boolean }): void {
    this.#media.muted = { ...this.#media.muted, ...change };
    const { muted } = this.#media;
    this.#send({ type: 'mute', muted });
    if (this.#room.you) this.#tell(this.#room.put({ ...this.#room.you, muted }));
  }

  /** `recalibrate` takes the driver's next frame as the neutral one. */
  setMotion(change: { motion?: MotionMode; smoothing?: number; recalibrate?: boolean }): void {
    const { recalibrate: _once, ...lasting } = change;
    this.#motion = { ...this.#motion, ...lasting };
    this.#send({ type: 'motion', ...change });
  }

  /** Drive with another source; the old one is released. @throws ClientError as `joinAsAvatar` */
  async replaceCamera(camera: CameraSource, microphone?: MicrophoneSource): Promise<void> {
    const capture = await openCapture(camera, microphone, this.#options.url);
    if (this.#state === 'closed') {
      capture.release();
      throw closedError();
    }
    await this.#media.replace(capture);
  }

  /** @throws EnrolmentError, ClientError; see `Identities.enrol` */
  enrol(enrolment: Enrolment) {
    return this.#identities.enrol(enrolment);
  }

  identities() {
    return this.#identities.list();
  }

  /** What both sides measure. Rates are since the call before, or the `stats` event before. */
  async stats(): Promise<AvatarStats> {
    const avatarTrack = this.stream.getVideoTracks()[0]?.id ?? null;
    const browser = await this.#media.stats(avatarTrack);
    return {
      server: this.#serverStats,
      browser,
      latency: estimateLatency(browser, this.#serverStats),
    };
  }

  /**
   * Sends the own avatar into another call, and keeps its senders on the present tracks across
   * reconnections. @returns stops it
   */
  sendTo(target: ForwardTarget): () => void {
    return this.#forwarding.add(target, this.stream);
  }

  /** Leaves the room and releases everything that the SDK opened. Idempotent. */
  leave(): void {
    this.#send({ type: 'leave' });
    this.#driver.feed({ type: 'leave' });
  }

  #join(): void {
    const { room, name } = this.#options;
    const resume = this.#joined ? { resume: this.#joined.resume } : {};
    const identity = this.#choice.wanted;
    this.#send({
      type: 'join',
      version: PROTOCOL_VERSION,
      room,
      name,
      identity,
      ...this.#motion,
      ...resume,
    });
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case 'joined':
        this.#acceptJoined(message);
        break;
      case 'participant-joined':
      case 'participant-changed':
        this.#tell(this.#room.put(message.participant));
        break;
      case 'participant-left':
        this.#tell(this.#room.remove(message.id));
        break;
      case 'tracks':
      case 'description':
      case 'candidate':
        this.#media.receive(message);
        break;
      case 'identity-changed':
        this.#acceptIdentity(message.identity, message.request);
        break;
      case 'avatar':
        this.emit('avatar', message.state);
        break;
      case 'stats':
        this.#serverStats = message.stats;
        void this.#tellStats();
        break;
      case 'error':
        this.#acceptError(message);
        break;
      case 'draining':
        this.#warn('server_draining', 'The server is about to restart.');
        break;
      case 'pong':
        break;
    }
  }

  #acceptJoined(message: Joined): void {
    this.#joined = message;
    this.#driver.pingEvery(message.pingIntervalMs);
    const events = this.#room.enter(message.you, message.participants);
    this.#choice.settle(message.you.identity);
    const { muted } = this.#media;
    if (muted.audio || muted.video) this.#send({ type: 'mute', muted });
    this.#driver.feed({ type: 'joined' });
    this.#tell(events);
  }

  #acceptIdentity(identity: string, request: string | undefined): void {
    this.#choice.change(identity, request);
    if (this.#room.you) this.#tell(this.#room.put({ ...this.#room.you, identity }));
    this.emit('identity-changed', { identity });
  }

  #acceptError(message: Extract<ServerMessage, { type: 'error' }>): void {
    const error = new ClientError(message.code, message.message);
    if (message.request !== undefined && this.#choice.refuse(message.request, error)) return;
    if (message.fatal) {
      this.#driver.feed({ type: 'refused', refusal: message.code, message: message.message });
    } else {
      this.emit('error', error);
    }
  }

  #acceptMediaState(state: 'connected' | 'disconnected' | 'failed'): void {
    if (state === 'connected' && this.#state === 'joining') this.#enter('live');
    this.#driver.feed({ type: 'media', state });
  }

  #acceptTracks(assigned: ReadonlyMap<string, readonly MediaStreamTrack[]>): void {
    for (const participant of this.#room.assign(assigned)) {
      if (participant.self) {
        this.#forwarding.update(participant.stream);
        this.emit('tracks-changed', participant.stream);
      }
      this.emit('participant-changed', participant);
    }
  }

  async #tellStats(): Promise<void> {
    try {
      this.emit('stats', await this.stats());
    } catch (cause) {
      this.#warn('stats_failed', 'The browser gave no statistics.', cause);
    }
  }

  #warn(code: ClientErrorCode, message: string, cause?: unknown): void {
    this.emit('warning', new ClientError(code, message, { cause }));
  }

  #tell(events: readonly RoomEvent[]): void {
    for (const { event, participant } of events) this.emit(event, participant);
  }

  #enter(state: SessionState): void {
    this.#state = state;
    this.emit('state', state);
  }

  #send(message: ClientMessage): void {
    this.#driver.send(message);
  }

  #end(reason: CloseReason): void {
    this.#media.close();
    this.#choice.rejectAll(closedError());
    this.#enter('closed');
    this.emit('closed', closeError(reason));
    this.removeAllListeners();
  }
}

function closedError(): ClientError {
  return new ClientError('closed', 'The session is closed; join again.');
}
