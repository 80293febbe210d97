import {
  type ClientMessage,
  type MotionMode,
  PROTOCOL_VERSION,
  type ServerMessage,
} from '../../signaling/protocol.ts';
import type { SessionStats } from '../../signaling/session-stats.ts';
import type { Capture } from './capture.io.ts';
import { ClientError, type ClientErrorCode } from './client-error.ts';
import { closeError } from './close-error.ts';
import type { CloseReason } from './connection.ts';
import { ConnectionDriver } from './connection-driver.io.ts';
import { DriverMedia } from './driver-media.io.ts';
import { IdentityChoice } from './identity-choice.ts';
import { type ResolvedOptions, signalingUrl } from './options.ts';
import { relayMissing } from './relay-refusal.ts';
import { Room, type RoomEvent } from './room.ts';
import type { SessionEvents, SessionState } from './session-events.ts';

type Joined = Extract<ServerMessage, { type: 'joined' }>;
type Tell = <Name extends keyof SessionEvents>(event: Name, detail: SessionEvents[Name]) => void;

/** What goes on between a session and the server: who is there, what was asked for, what is shown. */
export class Call {
  readonly room = new Room();
  readonly choice: IdentityChoice;
  readonly media: DriverMedia;
  /** What was asked for; an absent part is as the server is set. */
  motion: { readonly motion?: MotionMode; readonly smoothing?: number };
  readonly #options: ResolvedOptions;
  readonly #tell: Tell;
  readonly #driver: ConnectionDriver;
  #joined: Joined | null = null;
  #state: SessionState = 'joining';
  #stats: SessionStats | null = null;
  /** What last kept media from going through a relay, until some get through. */
  #noRelay: ClientError | undefined;

  /** Starts joining; takes over `capture` and releases it at the end. */
  constructor(options: ResolvedOptions, capture: Capture, tell: Tell) {
    const { motion, smoothing } = options;
    this.#options = options;
    this.#tell = tell;
    this.choice = new IdentityChoice(options.identity);
    this.motion = { ...(motion && { motion }), ...(smoothing !== undefined && { smoothing }) };
    this.media = new DriverMedia(capture, {
      send: (message) => this.send(message),
      state: (state) => this.#acceptMediaState(state),
      tracks: (assigned) => this.#acceptTracks(assigned),
      error: (cause) => {
        const message = 'The connection could not be negotiated.';
        tell('error', new ClientError('negotiation_failed', message, { cause }));
      },
      unusableCandidate: (cause) =>
        this.warn(
          'unusable_candidate',
          'A network address of the server is of no use here.',
          cause,
        ),
      noRelay: (error) => this.#acceptNoRelay(error),
    });
    this.#driver = new ConnectionDriver(signalingUrl(options.url), options.giveUpAfter, {
      open: () => this.#join(),
      message: (message) => this.#receive(message),
      warning: (warning) => tell('warning', warning),
      startMedia: () => this.#startMedia(),
      restartIce: () => this.media.restartIce(),
      reconnecting: (since) => {
        this.#enter('reconnecting');
        tell('reconnecting', { since });
      },
      reconnected: (outage) => {
        this.#enter('live');
        tell('reconnected', { outage });
      },
      end: (reason) => this.#end(reason),
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The server's last push. */
  get stats(): SessionStats | null {
    return this.#stats;
  }

  /** Dropped during an outage: joining again says it anew. */
  send(message: ClientMessage): void {
    this.#driver.send(message);
  }

  mute(muted: { readonly audio: boolean; readonly video: boolean }): void {
    this.media.muted = muted;
    this.send({ type: 'mute', muted: { ...muted } });
    if (this.room.you) this.#tellAll(this.room.put({ ...this.room.you, muted: { ...muted } }));
  }

  warn(code: ClientErrorCode, message: string, cause?: unknown): void {
    this.#tell('warning', new ClientError(code, message, { cause }));
  }

  leave(): void {
    this.send({ type: 'leave' });
    this.#driver.feed({ type: 'leave' });
  }

  #join(): void {
    const { room, name } = this.#options;
    this.send({
      type: 'join',
      version: PROTOCOL_VERSION,
      room,
      name,
      identity: this.choice.wanted,
      ...this.motion,
      ...(this.#joined && { resume: this.#joined.resume }),
    });
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case 'joined':
        this.#acceptJoined(message);
        break;
      case 'queued':
        this.#driver.pingEvery(message.pingIntervalMs);
        this.#driver.feed({ type: 'queued' });
        this.#tell('queued', { place: message.place, estimate: message.estimate });
        break;
      case 'participant-joined':
      case 'participant-changed':
        this.#tellAll(this.room.put(message.participant));
        break;
      case 'participant-left':
        this.#tellAll(this.room.remove(message.id));
        break;
      case 'tracks':
      case 'description':
      case 'candidate':
        this.media.receive(message);
        break;
      case 'identity-changed':
        this.#acceptIdentity(message.identity, message.request);
        break;
      case 'avatar':
        this.#tell('avatar', message.state);
        break;
      case 'stats':
        this.#stats = message.stats;
        this.#tell('server-stats', message.stats);
        break;
      case 'error':
        this.#acceptError(message);
        break;
      case 'draining':
        this.warn('server_draining', 'The server is about to restart.');
        break;
      case 'pong':
        break;
    }
  }

  #acceptJoined(message: Joined): void {
    this.#joined = message;
    this.#driver.pingEvery(message.pingIntervalMs);
    const events = this.room.enter(message.you, message.participants);
    this.choice.settle(message.you.identity);
    const { muted } = this.media;
    if (muted.audio || muted.video) this.send({ type: 'mute', muted: { ...muted } });
    this.#driver.feed({ type: 'joined' });
    this.#tellAll(events);
  }

  #acceptIdentity(identity: string, request: string | undefined): void {
    this.choice.change(identity, request);
    if (this.room.you) this.#tellAll(this.room.put({ ...this.room.you, identity }));
    this.#tell('identity-changed', { identity });
  }

  #acceptError(message: Extract<ServerMessage, { type: 'error' }>): void {
    const error = new ClientError(message.code, message.message);
    if (message.request !== undefined && this.choice.refuse(message.request, error)) return;
    if (message.fatal) {
      const { code: refusal, message: sentence, estimate } = message;
      this.#driver.feed({ type: 'refused', refusal, message: sentence, estimate });
    } else {
      this.#tell('error', error);
    }
  }

  #startMedia(): void {
    const { iceTransportPolicy } = this.#options;
    const iceServers = this.#joined?.iceServers ?? [];
    const hasRelay = iceServers.some(({ urls }) => urls.some((url) => /^turns?:/.test(url)));
    if (iceTransportPolicy === 'relay' && !hasRelay) this.#acceptNoRelay(relayMissing());
    this.media.start({ iceServers, iceTransportPolicy });
  }

  #acceptNoRelay(error: ClientError): void {
    this.#noRelay = error;
    this.#tell('warning', error);
  }

  #acceptMediaState(state: 'connected' | 'disconnected' | 'failed'): void {
    if (state === 'connected') this.#noRelay = undefined;
    if (state === 'connected' && this.#state === 'joining') this.#enter('live');
    this.#driver.feed({ type: 'media', state });
  }

  #acceptTracks(assigned: ReadonlyMap<string, readonly MediaStreamTrack[]>): void {
    for (const participant of this.room.assign(assigned)) {
      if (participant.self) this.#tell('tracks-changed', participant.stream);
      this.#tell('participant-changed', participant);
    }
  }

  #tellAll(events: readonly RoomEvent[]): void {
    for (const { event, participant } of events) this.#tell(event, participant);
  }

  #enter(state: SessionState): void {
    this.#state = state;
    this.#tell('state', state);
  }

  #end(reason: CloseReason): void {
    this.media.close();
    this.choice.rejectAll(new ClientError('closed', 'The session is closed; join again.'));
    this.#enter('closed');
    this.#tell('closed', closeError(reason, this.#noRelay));
  }
}
