import type {
  ClientMessage,
  MotionMode,
  ServerMessage,
  SessionStats,
} from '../../signaling/protocol.ts';
import { PROTOCOL_VERSION } from '../../signaling/protocol.ts';
import { monotonicClock } from '../../time.ts';
import { compareSamples, type StatsSample, sampleStats } from './browser-stats.ts';
import { type Capture, openCapture } from './capture.io.ts';
import { ClientError } from './client-error.ts';
import type { CloseReason } from './connection.ts';
import { ConnectionDriver } from './connection-driver.io.ts';
import { EventEmitter } from './event-emitter.ts';
import { Forwarding, type ForwardTarget } from './forwarding.ts';
import { type Enrolment, Identities } from './identities.io.ts';
import { estimateLatency } from './latency.ts';
import { MediaConnection } from './media-connection.io.ts';
import {
  type CameraSource,
  type MicrophoneSource,
  type ResolvedOptions,
  signalingUrl,
} from './options.ts';
import { PendingSwitches } from './pending-switches.ts';
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
  readonly #switches = new PendingSwitches();
  readonly #driver: ConnectionDriver;
  readonly #forwardings = new Set<Forwarding>();
  #capture: Capture;
  #media: MediaConnection | null = null;
  #joined: Joined | null = null;
  #state: SessionState = 'joining';
  #identity: string;
  #motion: { motion: MotionMode; smoothing: number };
  #muted = { audio: false, video: false };
  #serverStats: SessionStats | null = null;
  #sample: StatsSample | null = null;

  /** Starts joining; takes over `capture` and releases it when closed. */
  constructor(options: ResolvedOptions, capture: Capture) {
    super();
    this.#options = options;
    this.#identities = new Identities(options.url);
    this.#capture = capture;
    this.#identity = options.identity;
    this.#motion = { motion: options.motion, smoothing: options.smoothing };
    this.#driver = new ConnectionDriver(signalingUrl(options.url), options.giveUpAfter, {
      open: () => this.#join(),
      message: (message) => this.#receive(message),
      warning: (warning) => this.emit('warning', warning),
      startMedia: () => this.#startMedia(),
      restartIce: () => this.#media?.restartIce(),
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
    return this.#identity;
  }

  get muted(): { readonly audio: boolean; readonly video: boolean } {
    return this.#muted;
  }

  get motion(): { readonly motion: MotionMode; readonly smoothing: number } {
    return this.#motion;
  }

  /** The driver's own picture and voice, as sent to the server and to nobody else. */
  get capture(): {
    readonly video: MediaStreamTrack | null;
    readonly audio: MediaStreamTrack | null;
  } {
    return this.#capture;
  }

  /**
   * Be seen as another identity; the old one is shown until the new one is ready.
   * @throws ClientError with the server's refusal, `superseded` or `closed`.
   */
  async switchIdentity(identity: string): Promise<void> {
    if (this.#state === 'closed') throw closedError();
    const before = this.#identity;
    this.#identity = identity;
    const { request, done } = this.#switches.add(identity);
    this.#send({ type: 'identity', identity, request });
    try {
      await done;
    } catch (error) {
      if (this.#identity === identity) this.#identity = this.#room.you?.identity ?? before;
      throw error;
    }
  }

  /** Absent sides stay as they are. A muted side sends silence or black, and the server is told. */
  mute(change: { audio?: boolean; video?: boolean }): void {
    this.#muted = { ...this.#muted, ...change };
    this.#enableTracks();
    this.#send({ type: 'mute', muted: this.#muted });
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
    const old = this.#capture;
    this.#capture = capture;
    this.#enableTracks();
    await this.#media?.replace(capture);
    old.release();
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
    const entries = this.#media ? [...(await this.#media.getStats()).values()] : [];
    const avatarTrack = this.stream.getVideoTracks()[0]?.id ?? null;
    const sample = sampleStats(entries, avatarTrack, monotonicClock());
    const browser = compareSamples(this.#sample, sample);
    this.#sample = sample;
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
    const forwarding = new Forwarding(target, this.stream);
    this.#forwardings.add(forwarding);
    void forwarding.update();
    return () => {
      this.#forwardings.delete(forwarding);
      forwarding.stop();
    };
  }

  /** Leaves the room and releases everything that the SDK opened. Idempotent. */
  leave(): void {
    this.#send({ type: 'leave' });
    this.#driver.feed({ type: 'leave' });
  }

  #join(): void {
    const { room, name } = this.#options;
    const resume = this.#joined ? { resume: this.#joined.resume } : {};
    const identity = this.#identity;
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
        this.#media?.receive(message);
        break;
      case 'identity-changed':
        this.#acceptIdentity(message.identity, message.request);
        break;
      case 'avatar':
        this.emit('avatar', message.state);
        break;
      case 'stats':
        this.#serverStats = message.stats;
        void this.stats().then((stats) => this.emit('stats', stats));
        break;
      case 'error':
        this.#acceptError(message);
        break;
      case 'draining':
        this.emit(
          'warning',
          new ClientError('server_draining', 'The server is about to restart.', {
            value: message.graceMs,
          }),
        );
        break;
      case 'pong':
        break;
    }
  }

  #acceptJoined(message: Joined): void {
    this.#joined = message;
    this.#driver.pingEvery(message.pingIntervalMs);
    const events = this.#room.enter(message.you, message.participants);
    this.#switches.settle(message.you.identity);
    if (this.#muted.audio || this.#muted.video) this.#send({ type: 'mute', muted: this.#muted });
    this.#driver.feed({ type: 'joined' });
    this.#tell(events);
  }

  #acceptIdentity(identity: string, request: string | undefined): void {
    this.#identity = identity;
    if (request !== undefined) this.#switches.resolve(request);
    if (this.#room.you) this.#tell(this.#room.put({ ...this.#room.you, identity }));
    this.emit('identity-changed', { identity });
  }

  #acceptError(message: Extract<ServerMessage, { type: 'error' }>): void {
    const error = new ClientError(message.code, message.message);
    if (message.request !== undefined && this.#switches.reject(message.request, error)) return;
    if (message.fatal) {
      this.#driver.feed({ type: 'refused', refusal: message.code, message: message.message });
    } else {
      this.emit('error', error);
    }
  }

  #startMedia(): void {
    this.#media?.close();
    this.#sample = null;
    this.#media = new MediaConnection(this.#joined?.iceServers ?? [], this.#capture, {
      send: (message) => this.#send(message),
      state: (state) => {
        if (state === 'connected' && this.#state === 'joining') this.#enter('live');
        this.#driver.feed({ type: 'media', state });
      },
      tracks: (assigned) => this.#acceptTracks(assigned),
      error: (cause) =>
        this.emit(
          'error',
          new ClientError('negotiation_failed', 'The connection could not be negotiated.', {
            cause,
          }),
        ),
    });
    this.#enableTracks();
  }

  #acceptTracks(assigned: ReadonlyMap<string, readonly MediaStreamTrack[]>): void {
    for (const participant of this.#room.assign(assigned)) {
      if (participant.self) {
        for (const forwarding of this.#forwardings) void forwarding.update();
        this.emit('tracks-changed', participant.stream);
      }
      this.emit('participant-changed', participant);
    }
  }

  #enableTracks(): void {
    const { audio, video } = this.#capture;
    if (audio) audio.enabled = !this.#muted.audio;
    if (video) video.enabled = !this.#muted.video;
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
    this.#media?.close();
    this.#capture.release();
    this.#switches.rejectAll(closedError());
    this.#enter('closed');
    this.emit('closed', closeError(reason));
    this.removeAllListeners();
  }
}

function closedError(): ClientError {
  return new ClientError('closed', 'The session is closed; join again.');
}

function closeError(reason: CloseReason): ClientError | null {
  switch (reason.code) {
    case 'left':
      return null;
    case 'unreachable':
      return new ClientError('unreachable', 'The server cannot be reached.');
    case 'media_failed':
      return new ClientError(
        'media_failed',
        'The server answers, but no media gets through; a firewall may be blocking UDP.',
      );
    case 'connection_lost':
      return new ClientError(
        'connection_lost',
        'The connection was lost and could not be restored.',
      );
    case 'refused':
      return new ClientError(reason.refusal, reason.message);
  }
}
