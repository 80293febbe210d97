import type { MediaPeer, MediaPeerEvents } from '../signaling/media-peer.ts';
import { type Negotiable, Negotiator } from '../signaling/negotiator.ts';
import type { IceCandidate, SessionDescription } from '../signaling/protocol.ts';
import type { AvatarState } from '../signaling/session-stats.ts';
import type { Clock, Milli } from '../time.ts';
import type { ReceivedAudioPacket } from './accept/audio-receiver.ts';
import type { AudioSender, PeerConnection, VideoSender } from './accept/peer-connection.io.ts';
import type { ReceivedVideoFrame } from './accept/video-receiver.ts';
import type { VideoCodec } from './decode/video-decoder.ts';
import { FrameLedger } from './frame-ledger.ts';
import type { PoolSession } from './pool-session.ts';
import { SessionMeter } from './session-meter.ts';
import { SharedBitrate } from './shared-bitrate.ts';
import { AudioRelay } from './transmit/audio-relay.io.ts';
import type { RenderedFrame, WireError } from './worker-protocol.ts';

/** What one participant's media needs of the others'. */
export interface Cast {
  find(participant: string): ParticipantMedia | undefined;
}

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
  dropped(reason: string, count: number): void;
}

/** Somebody who receives this participant's avatar and voice. */
interface Watcher {
  readonly video: VideoSender;
  readonly audio: AudioSender;
}

/**
 * One participant's media: its peer connection on one side, its session in a pipeline worker on
 * the other, and the senders through which others watch it. Owns the connection and the session.
 */
export class ParticipantMedia implements MediaPeer {
  readonly id: string;
  readonly #options: ParticipantMediaOptions;
  readonly #negotiator: Negotiator;
  readonly #meter: SessionMeter;
  readonly #ledger = new FrameLedger();
  readonly #bitrate = new SharedBitrate();
  readonly #relay: AudioRelay<ReceivedAudioPacket>;
  readonly #watchers = new Map<string, Watcher>();
  readonly #watched = new Map<string, Watcher>();
  /** Whom to watch once the client has made its first offer. */
  readonly #awaited = new Set<string>();
  #introduced = false;
  readonly #ready: Promise<MediaSession>;
  #attached: (session: MediaSession) => void = () => undefined;
  #session: MediaSession | undefined;
  #state: AvatarState = 'preparing';
  #wanted: { identity: string; shown: () => void; failed: (cause: unknown) => void } | undefined;
  #closed = false;

  constructor(options: ParticipantMediaOptions) {
    this.id = options.id;
    this.#options = options;
    this.#meter = new SessionMeter(options.frameBudget);
    this.#ready = new Promise((resolve) => {
      this.#attached = resolve;
    });
    this.#relay = new AudioRelay((packet) => {
      for (const { audio } of this.#watchers.values()) audio.send(packet);
    }, options.clock);
    this.#negotiator = new Negotiator({
      peer: options.connection,
      polite: false,
      waitsForOffer: true,
      send: (description) => options.events.description(description, this.#tracks()),
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
    session.setOutputs(this.#outputs());
    session.setBitrate(this.#bitrate.current);
    this.#attached(session);
    this.needKeyframe();
  }

  // What signaling asks.

  async acceptDescription(description: SessionDescription): Promise<void> {
    await this.#negotiator.description(description);
    if (this.#introduced) return;
    // Sections of our own before the client's first offer would be taken for answers to it.
    this.#introduced = true;
    for (const participant of this.#awaited) this.watch(participant);
    this.#awaited.clear();
  }

  acceptCandidate(candidate: IceCandidate): Promise<void> {
    return this.#negotiator.candidate(candidate);
  }

  async switchIdentity(identity: string): Promise<void> {
    const shown = new Promise<void>((resolve, reject) => {
      this.#wanted = { identity, shown: resolve, failed: reject };
    });
    // Whoever waits for the second promise hears of the failure of the first.
    shown.catch(() => undefined);
    await (await this.#ready).switchIdentity(identity);
    await shown;
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
    if (!this.#introduced) {
      this.#awaited.add(participant);
      return;
    }
    const other = this.#options.cast.find(participant);
    if (!other || this.#watched.has(participant) || this.#closed) return;
    const { connection, codecs } = this.#options;
    const video = connection.addVideoSender({ participant, codecs });
    const audio = connection.addAudioSender({ participant });
    this.#watched.set(participant, { video, audio });
    other.#join(this.id, { video, audio });
  }

  unwatch(participant: string): void {
    this.#awaited.delete(participant);
    const senders = this.#watched.get(participant);
    if (!senders) return;
    this.#watched.delete(participant);
    const other = this.#options.cast.find(participant);
    if (other) other.#leave(this.id);
    senders.video.close();
    senders.audio.close();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wanted?.failed(new Error('the session ended'));
    for (const participant of [...this.#watched.keys()]) this.unwatch(participant);
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
    const frame = this.#ledger.enter(received);
    const { codec, data, keyframe } = received;
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
    let bytes = 0;
    for (const output of frame.outputs) {
      bytes += output.data.length;
      for (const { video } of this.#watchers.values())
        if (video.codec === output.codec) video.send(output, captureTime);
    }
    const sent = this.#options.clock();
    if (receivedAt !== null) this.#relay.videoSent(captureTime);
    const met = this.#meter.avatarFrame(sent, receivedAt, frame);
    const latency = receivedAt === null ? null : sent - receivedAt;
    this.#options.observer.avatarFrame(frame, latency, bytes, met);
    if (this.#wanted?.identity === frame.identity) {
      this.#wanted.shown();
      this.#wanted = undefined;
    }
  }

  dropped(reason: Parameters<SessionMeter['dropped']>[0], count: number): void {
    this.#meter.dropped(reason, count);
    this.#options.observer.dropped(reason, count);
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
    const { bitrateIn, bitrateOut, lossIn, rttMs, codecIn } = connection.stats();
    events.stats({
      at: now,
      avatar: this.#state,
      engine,
      ...this.#meter.read(now),
      bitrateInBps: bitrateIn,
      bitrateOutBps: bitrateOut,
      lossIn,
      rttMs,
      codecIn,
      codecOut: this.#watchers.get(this.id)?.video.codec ?? null,
      lipSyncErrorMs: this.#relay.error()?.p95 ?? null,
    });
  }

  #join(watcher: string, senders: Watcher): void {
    this.#watchers.set(watcher, senders);
    senders.video.onCodec((codec) => {
      this.#session?.setOutputs(this.#outputs());
      this.#session?.forceKeyframe(codec);
    });
    senders.video.onKeyframeNeeded(() => {
      if (senders.video.codec) this.#session?.forceKeyframe(senders.video.codec);
    });
    senders.video.onBitrate((bitrate) => this.#adopt(this.#bitrate.estimate(watcher, bitrate)));
  }

  #leave(watcher: string): void {
    this.#watchers.delete(watcher);
    this.#session?.setOutputs(this.#outputs());
    this.#adopt(this.#bitrate.leave(watcher));
  }

  #adopt(bitrate: number | undefined): void {
    if (bitrate !== undefined) this.#session?.setBitrate(bitrate);
  }

  #outputs(): VideoCodec[] {
    const wanted = new Set([...this.#watchers.values()].map(({ video }) => video.codec));
    return this.#options.codecs.filter((codec) => wanted.has(codec));
  }

  #tracks(): Parameters<MediaPeerEvents['description']>[1] {
    return [...this.#watched].flatMap(([participant, { video, audio }]) => [
      ...(video.mid === null ? [] : [{ mid: video.mid, participant, kind: 'video' as const }]),
      ...(audio.mid === null ? [] : [{ mid: audio.mid, participant, kind: 'audio' as const }]),
    ]);
  }
}
