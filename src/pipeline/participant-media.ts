import type { MediaPeer, MediaPeerEvents } from '../signaling/media-peer.ts';
import { type Negotiable, Negotiator } from '../signaling/negotiator.ts';
import type { IceCandidate, SessionDescription } from '../signaling/protocol.ts';
import type { AvatarState } from '../signaling/session-stats.ts';
import type { Clock, Milli } from '../time.ts';
import type { ReceivedAudioPacket } from './accept/audio-receiver.ts';
import type { PeerConnection } from './accept/peer-connection.io.ts';
import type { ReceivedVideoFrame } from './accept/video-receiver.ts';
import { Audience } from './audience.ts';
import { CameraLimit } from './camera-limit.ts';
import type { VideoCodec } from './decode/video-decoder.ts';
import { FrameLedger } from './frame-ledger.ts';
import type { PoolSession } from './pool-session.ts';
import { SessionMeter } from './session-meter.ts';
import { AudioRelay } from './transmit/audio-relay.io.ts';
import { type Cast, Viewing } from './viewing.ts';
import { WantedIdentity } from './wanted-identity.ts';
import type { RenderedFrame, WireError } from './worker-protocol.ts';

export interface ParticipantMediaOptions {
  readonly id: string;
  readonly engine: string;
  readonly frameBudget: Milli;
  /** What can be encoded, preferred first. */
  readonly codecs: readonly VideoCodec[];
  readonly connection: MediaConnection;
  readonly cast: Cast;
  readonly clock: Clock;
  readonly events: MediaPeerEvents;
  readonly observer: MediaObserver;
}

/** What of a peer connection is used here. */
export type MediaConnection = Negotiable &
  Pick<PeerConnection, 'addVideoSender' | 'addAudioSender' | 'requestKeyframe' | 'stats' | 'close'>;

/** What of a session in a worker is used here. */
export type MediaSession = Pick<
  PoolSession,
  | 'device'
  | 'push'
  | 'switchIdentity'
  | 'setMotion'
  | 'setOutputs'
  | 'setBitrate'
  | 'setPaused'
  | 'forceKeyframe'
  | 'close'
>;

/** Told of what every participant's media does, for the metrics. */
export interface MediaObserver {
  cameraFrame(bytes: number): void;
  /** @param met whether its deadline was met; null for a frame that answers no camera frame. */
  avatarFrame(
    frame: RenderedFrame,
    latency: Milli | null,
    bytes: number,
    met: boolean | null,
  ): void;
  /** @param missed deadlines, with them. */
  dropped(reason: string, count: number, missed: number): void;
}

/**
 * One participant's media: its peer connection on one side, its session in a pipeline worker on
 * the other, those who watch it and those whom it watches. Owns the connection and the session.
 */
export class ParticipantMedia implements MediaPeer {
  readonly id: string;
  readonly #options: ParticipantMediaOptions;
  readonly #negotiator: Negotiator;
  readonly #meter: SessionMeter;
  readonly #camera = new CameraLimit();
  readonly #ledger = new FrameLedger();
  readonly #relay: AudioRelay<ReceivedAudioPacket>;
  /** Those who watch this participant. */
  readonly audience: Audience;
  readonly #viewing: Viewing;
  readonly #ready: Promise<MediaSession>;
  #attached: (session: MediaSession) => void = () => undefined;
  #session: MediaSession | undefined;
  #state: AvatarState = 'preparing';
  #wanted: WantedIdentity | undefined;
  #closed = false;

  constructor(options: ParticipantMediaOptions) {
    this.id = options.id;
    this.#options = options;
    this.#meter = new SessionMeter(options.frameBudget);
    this.#ready = new Promise((resolve) => {
      this.#attached = resolve;
    });
    this.audience = new Audience(options.codecs, {
      outputs: (codecs) => this.#session?.setOutputs(codecs),
      bitrate: (bitrate) => this.#session?.setBitrate(bitrate),
      keyframeNeeded: (codec) => this.#session?.forceKeyframe(codec),
    });
    this.#viewing = new Viewing(options);
    this.#relay = new AudioRelay((packet) => this.audience.hear(packet), options.clock);
    this.#negotiator = new Negotiator({
      peer: options.connection,
      polite: false,
      waitsForOffer: true,
      send: (description) => options.events.description(description, this.#viewing.tracks),
      failed: (reason) => options.events.failed(reason),
    });
  }

  /**
   * The session in a worker that draws this participant, handed over once it is open. Until then
   * negotiation goes on and camera frames are dropped; what was set meanwhile is caught up with.
   */
  attach(session: MediaSession): void {
    if (this.#closed) {
      session.close();
      return;
    }
    this.#session = session;
    session.setOutputs(this.audience.outputs);
    session.setBitrate(this.audience.bitrate);
    this.#attached(session);
    this.needKeyframe();
  }

  // What signaling asks.

  async acceptDescription(description: SessionDescription): Promise<void> {
    await this.#negotiator.description(description);
    this.#viewing.begin();
  }

  acceptCandidate(candidate: IceCandidate): Promise<void> {
    return this.#negotiator.candidate(candidate);
  }

  async switchIdentity(identity: string): Promise<void> {
    const wanted = new WantedIdentity(identity);
    this.#wanted?.overtakenBy(wanted);
    this.#wanted = wanted;
    await (await this.#ready).switchIdentity(identity);
    wanted.ready(this.#options.clock());
    await wanted.seen;
  }

  /** An identity was deleted. */
  forget(identity: string): void {
    this.#wanted?.forget(identity);
  }

  setMotion(change: Parameters<MediaPeer['setMotion']>[0]): void {
    void this.#ready.then((session) => session.setMotion(change));
  }

  setMuted(muted: { audio: boolean; video: boolean }): void {
    this.#relay.setMuted(muted.audio);
    void this.#ready.then((session) => session.setPaused(muted.video));
    if (!muted.video) this.#options.connection.requestKeyframe();
  }

  watch(participant: string): void {
    this.#viewing.watch(participant);
  }

  unwatch(participant: string): void {
    this.#viewing.unwatch(participant);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wanted?.close();
    this.#viewing.close();
    this.#session?.close();
    this.#relay.close();
    await this.#options.connection.close();
  }

  // What the connection says.

  negotiationNeeded(): void {
    this.#negotiator.negotiationNeeded();
  }

  cameraFrame(received: ReceivedVideoFrame): void {
    this.#meter.cameraFrame(received.receivedAt);
    this.#options.observer.cameraFrame(received.data.length);
    const { codec, data, keyframe } = received;
    if (!this.#camera.admit(keyframe, received.receivedAt)) {
      this.dropped('over-rate', 1);
      this.#options.connection.requestKeyframe();
      return;
    }
    const frame = this.#ledger.enter(received);
    const age = this.#options.clock() - received.receivedAt;
    if (this.#session) this.#session.push({ frame, codec, data, keyframe }, age);
    else this.dropped('unready', 1);
  }

  voice(packet: ReceivedAudioPacket): void {
    this.#relay.push(packet);
  }

  // What the worker says.

  rendered(frame: RenderedFrame): void {
    const now = this.#options.clock();
    const { captureTime, receivedAt } = this.#ledger.answer(frame.frame, now);
    const bytes = this.audience.show(frame.outputs, captureTime);
    const sent = this.#options.clock();
    if (receivedAt !== null) this.#relay.videoSent(captureTime);
    const met = this.#meter.avatarFrame(sent, receivedAt, frame);
    const latency = receivedAt === null ? null : sent - receivedAt;
    this.#options.observer.avatarFrame(frame, latency, bytes, met);
    this.#wanted?.sent(frame.identity);
  }

  dropped(reason: Parameters<SessionMeter['dropped']>[0], count: number): void {
    const missed = this.#meter.dropped(reason, count);
    this.#options.observer.dropped(reason, count, missed);
  }

  avatar(state: AvatarState): void {
    this.#state = state;
    this.#options.events.avatar(state);
  }

  needKeyframe(): void {
    this.#options.connection.requestKeyframe();
  }

  failed(error: WireError): void {
    this.#options.events.failed(error);
  }

  /** To be called once a second. */
  reportStats(): void {
    const { connection, clock, engine, events } = this.#options;
    const now = clock();
    this.#wanted?.tick(now);
    const { bitrateIn, bitrateOut, lossIn, rttMs, codecIn } = connection.stats();
    events.stats({
      at: now,
      avatar: this.#state,
      engine,
      device: this.#session?.device ?? 'cpu',
      ...this.#meter.read(now),
      bitrateInBps: bitrateIn,
      bitrateOutBps: bitrateOut,
      lossIn,
      rttMs,
      codecIn,
      codecOut: this.audience.codecOf(this.id),
      lipSyncErrorMs: this.#relay.error()?.p95 ?? null,
    });
  }
}
