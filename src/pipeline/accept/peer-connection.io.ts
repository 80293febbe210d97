import { randomInt, randomUUID } from 'node:crypto';
import { UnderstudyError } from '../../errors.ts';
import type { IceCandidate, IceServer, SessionDescription } from '../../signaling/protocol.ts';
import { type Clock, type Milli, monotonicClock } from '../../time.ts';
import type { VideoCodec } from '../decode/video-decoder.ts';
import { AudioStream } from '../transmit/audio-stream.ts';
import type { BitrateLimits } from '../transmit/bandwidth-estimate.ts';
import { OutboundMedia } from '../transmit/outbound-media.ts';
import type { BitsPerSecond, EncodedFrame } from '../transmit/video-encoder.ts';
import { VideoStream } from '../transmit/video-stream.ts';
import type { ReceivedAudioPacket } from './audio-receiver.ts';
import { InboundMedia } from './inbound-media.ts';
import {
  audioCodecs,
  headerExtensions,
  readInbound,
  readLane,
  videoCodecs,
} from './media-section.io.ts';
import { MediaTransport } from './media-transport.io.ts';
import { EMPTY_PAYLOAD_MAP, type PayloadMap, readPayloadMap } from './payload-map.ts';
import { parseRtcp } from './rtcp-packet.ts';
import type { ReceivedVideoFrame } from './video-receiver.ts';
import {
  createPeer,
  needNegotiation,
  type RTCDtlsTransport,
  type RTCPeerConnection,
  type RTCRtpTransceiver,
  renewSender,
} from './werift.io.ts';

export interface PeerConnectionOptions {
  readonly iceServers?: readonly IceServer[];
  /** Local addresses to bind and offer; every non-internal one where undefined. */
  readonly hosts?: readonly string[];
  /** Public addresses of a 1:1 NAT, offered instead of the local ones. */
  readonly announced?: readonly string[];
  /** UDP ports to choose from, both inclusive; any where undefined. */
  readonly ports?: readonly [low: number, high: number];
  /** Limits of each outgoing video. */
  readonly bitrate?: Partial<BitrateLimits>;
  readonly clock?: Clock;
}

/** Why a limit: below the least a 256² face is no face any more; above the most nothing is gained. */
const DEFAULT_BITRATES: BitrateLimits = Object.freeze({
  min: 150_000,
  start: 1_000_000,
  max: 2_500_000,
});

/** A room's worth of participants, two sections each, twice over. */
const MAX_SECTIONS = 64;
/** A path that is not found by then is not there; a client tries again sooner by itself. */
const CONNECT_TIMEOUT: Milli = 30_000;

export type ConnectionState =
  | 'new'
  | 'connecting'
  | 'connected'
  | 'disconnected'
  | 'failed'
  | 'closed';

/** Called from the event loop, never re-entrantly. */
export interface PeerConnectionEvents {
  videoFrame(frame: ReceivedVideoFrame): void;
  audioPacket(packet: ReceivedAudioPacket): void;
  /** A description should be made and sent, in the W3C sense. */
  negotiationNeeded(): void;
  /** An empty `candidate` ends the candidates. */
  candidate(candidate: IceCandidate): void;
  connectionState(state: ConnectionState): void;
}

export interface VideoSender {
  readonly participant: string;
  /** Its media section, null before the first offer names it. */
  readonly mid: string | null;
  /** What the client negotiated for it, null before it did. */
  readonly codec: VideoCodec | null;
  /**
   * Frames of another codec than {@link codec} are dropped.
   * @param captureTime of the camera frame that this one answers, on the monotonic clock.
   */
  send(frame: EncodedFrame & { readonly codec: VideoCodec }, captureTime: Milli): void;
  /** The frames' source changed: nothing is sent until its first keyframe. */
  restart(): void;
  onCodec(callback: (codec: VideoCodec) => void): void;
  onKeyframeNeeded(callback: () => void): void;
  onBitrate(callback: (bitrate: BitsPerSecond) => void): void;
  /** Frees the section for another participant; idempotent. */
  close(): void;
}

export interface AudioSender {
  readonly participant: string;
  readonly mid: string | null;
  send(packet: ReceivedAudioPacket): void;
  restart(): void;
  close(): void;
}

export interface PeerConnectionStats {
  readonly bitrateIn: BitsPerSecond;
  readonly bitrateOut: BitsPerSecond;
  /** Share of the client's video packets lost after repair. */
  readonly lossIn: number;
  /** Share of ours that the client calls lost. */
  readonly lossOut: number;
  readonly rttMs: Milli | null;
  readonly codecIn: VideoCodec | null;
  /** What the path to the client is believed to carry. */
  readonly estimate: BitsPerSecond;
  /** Time since anything came in from the client, null before it did. */
  readonly silentMs: Milli | null;
  /** Inbound packets refused: over the limit, forged, replayed, malformed. */
  readonly refused: number;
}

interface Lane {
  readonly kind: 'audio' | 'video';
  readonly participant: string;
  readonly transceiver: RTCRtpTransceiver;
  readonly ssrc: number;
  /** Called after each negotiation. */
  negotiated(): void;
  closed: boolean;
}

/**
 * One client's WebRTC connection: its camera and microphone in, any number of avatars and voices
 * out. The W3C primitives of perfect negotiation are here; who goes first is decided outside.
 */
export function openPeerConnection(
  events: PeerConnectionEvents,
  options: PeerConnectionOptions = {},
): PeerConnection {
  return new PeerConnection(events, options);
}

export class PeerConnection {
  readonly #events: PeerConnectionEvents;
  readonly #clock: Clock;
  readonly #peer: RTCPeerConnection;
  readonly #inbound: InboundMedia;
  readonly #outbound: OutboundMedia;
  readonly #lanes = new Set<Lane>();
  readonly #localSsrc = randomInt(1, 2 ** 32 - 1);
  #transport: MediaTransport | undefined;
  #dtls: RTCDtlsTransport | undefined;
  #payloads: PayloadMap = EMPTY_PAYLOAD_MAP;
  #timer: NodeJS.Timeout | undefined;
  #timerAt: Milli | undefined;
  #connectTimer: NodeJS.Timeout | undefined;
  #heardAt: Milli | undefined;
  #state: ConnectionState = 'new';
  #traffic = { at: 0, sent: 0, received: 0, in: 0, out: 0 };

  constructor(events: PeerConnectionEvents, options: PeerConnectionOptions) {
    this.#events = events;
    this.#clock = options.clock ?? monotonicClock;
    const bitrate = { ...DEFAULT_BITRATES, ...options.bitrate };
    const iceServers = (options.iceServers ?? []).flatMap(({ urls, ...credentials }) =>
      urls.map((url) => ({
        urls: url,
        username: credentials.username ?? '',
        credential: credentials.credential ?? '',
      })),
    );
    const all = EMPTY_PAYLOAD_MAP;
    this.#peer = createPeer(
      {
        bundlePolicy: 'max-bundle',
        iceServers,
        codecs: { audio: audioCodecs(all), video: videoCodecs(all, ['vp8', 'h264']) },
        headerExtensions: {
          audio: headerExtensions('audio', all),
          video: headerExtensions('video', all),
        },
      },
      {
        hosts: options.hosts,
        announced: options.announced ?? [],
        ports: options.ports,
        stun: iceServers.some(({ urls }) => urls.startsWith('stun')),
      },
      (dtls) => this.#adopt(dtls),
    );
    this.#inbound = new InboundMedia(this.#localSsrc, {
      video: (frame) => events.videoFrame(frame),
      audio: (packet) => events.audioPacket(packet),
    });
    const wallClockOffset = Date.now() - this.#clock();
    this.#outbound = new OutboundMedia(
      {
        rtp: (header, payload, ssrc, sequence) =>
          this.#transport?.sendRtp(header, payload, ssrc, sequence),
        rtcp: (packets) => this.#transport?.sendRtcp(packets),
      },
      { bitrate, toUnix: (at) => at + wallClockOffset },
    );
    this.#peer.onNegotiationneeded.subscribe(() => events.negotiationNeeded());
    this.#peer.onIceCandidate.subscribe((candidate) => {
      events.candidate(
        candidate
          ? {
              candidate: candidate.candidate ?? '',
              sdpMid: candidate.sdpMid ?? null,
              sdpMLineIndex: candidate.sdpMLineIndex ?? null,
            }
          : { candidate: '' },
      );
    });
    this.#peer.connectionStateChange.subscribe((state) => this.#setState(state));
  }

  get signalingState() {
    return this.#peer.signalingState;
  }

  get connectionState(): ConnectionState {
    return this.#state;
  }

  /** @throws UnderstudyError `negotiation_failed`. */
  async createOffer(): Promise<SessionDescription> {
    return this.#guard('negotiation_failed', async () => {
      const { sdp } = await this.#peer.createOffer();
      return { type: 'offer', sdp };
    });
  }

  /**
   * Without a description, makes the one that the state calls for.
   * @returns the description to send.
   * @throws UnderstudyError `negotiation_failed`.
   */
  async setLocalDescription(description?: SessionDescription): Promise<SessionDescription> {
    return this.#guard('negotiation_failed', async () => {
      if (description?.type === 'rollback') {
        await this.#peer.setLocalDescription({ type: 'rollback' });
        return { type: 'rollback' as const };
      }
      const offering = ['stable', 'have-local-offer'].includes(this.#peer.signalingState);
      const made =
        description?.sdp === undefined
          ? offering
            ? await this.#peer.createOffer()
            : await this.#peer.createAnswer()
          : { type: description.type, sdp: description.sdp };
      // Gathering goes on behind; candidates trickle.
      const applied = this.#peer.setLocalDescription(made as never);
      applied.catch(() => undefined);
      await Promise.race([applied, stateLeaves(this.#peer, this.#peer.signalingState)]);
      this.#afterNegotiation();
      if (!offering) this.#restartChecks();
      return { type: made.type as 'offer' | 'answer', sdp: made.sdp };
    });
  }

  /** @throws UnderstudyError `invalid_description` where it does not parse or fit the state. */
  async setRemoteDescription(description: SessionDescription): Promise<void> {
    await this.#guard('invalid_description', async () => {
      const sections = description.sdp?.match(/^m=/gm)?.length ?? 0;
      if (sections > MAX_SECTIONS) {
        throw new UnderstudyError(
          'invalid_description',
          `The description has ${sections} media sections; at most ${MAX_SECTIONS} are accepted.`,
          { value: sections, valid: MAX_SECTIONS },
        );
      }
      await this.#peer.setRemoteDescription(description as never);
      if (description.sdp) this.#payloads = readPayloadMap(description.sdp);
      if (description.type === 'answer') {
        this.#afterNegotiation();
        this.#restartChecks();
      }
    });
  }

  /**
   * Candidates may come before their description; an empty one ends them.
   * @throws UnderstudyError `invalid_description` where it does not parse.
   */
  async addIceCandidate(candidate: IceCandidate): Promise<void> {
    // End-of-candidates is not passed on: checks from addresses that only show themselves in them
    // (mDNS) may still come, and werift would give up before.
    if (candidate.candidate === '') return;
    await this.#guard('invalid_description', async () => {
      await this.#peer.addIceCandidate({
        candidate: candidate.candidate,
        ...(candidate.sdpMid == null ? {} : { sdpMid: candidate.sdpMid }),
        ...(candidate.sdpMLineIndex == null ? {} : { sdpMLineIndex: candidate.sdpMLineIndex }),
      });
    });
  }

  /** The next offer has new ICE credentials. */
  restartIce(): void {
    this.#peer.restartIce();
  }

  requestKeyframe(): void {
    this.#inbound.requestKeyframe(this.#clock());
    this.#schedule();
  }

  /**
   * Begins to offer a participant's avatar to this client; negotiation is asked for.
   * @param options.codecs what can be encoded, preferred first.
   */
  addVideoSender(options: { participant: string; codecs: readonly VideoCodec[] }): VideoSender {
    const transceiver = this.#transceiver('video', options.participant, options.codecs);
    const { ssrc, rtxSsrc } = transceiver.sender;
    const stream = new VideoStream({
      ssrc,
      rtxSsrc,
      sequence: randomInt(0x8000),
      rtxSequence: randomInt(0x8000),
      timestamp: randomInt(2 ** 31),
      pictureId: randomInt(0x8000),
    });
    let codec: VideoCodec | null = null;
    let onCodec: (codec: VideoCodec) => void = () => undefined;
    let onKeyframeNeeded: () => void = () => undefined;
    let onBitrate: (bitrate: BitsPerSecond) => void = () => undefined;
    let bitrate: BitsPerSecond | undefined;
    const lane: Lane = {
      kind: 'video',
      participant: options.participant,
      transceiver,
      ssrc,
      closed: false,
      negotiated: () => {
        const read = readLane(transceiver, options.codecs);
        if (!read?.types) {
          this.#outbound.remove(ssrc);
          return;
        }
        this.#outbound.putVideo({
          stream,
          types: read.types,
          mid: read.mid,
          extensions: read.extensions,
          cname: options.participant,
          onKeyframeNeeded: () => onKeyframeNeeded(),
          onBitrate: (share) => {
            bitrate = share;
            onBitrate(share);
          },
        });
        if (codec === read.types.codec) return;
        codec = read.types.codec;
        stream.restart();
        onCodec(codec);
        this.#schedule();
      },
    };
    this.#lanes.add(lane);
    return {
      participant: options.participant,
      get mid() {
        return transceiver.mid;
      },
      get codec() {
        return codec;
      },
      send: (frame, captureTime) => {
        if (lane.closed || frame.codec !== codec || !this.#transport?.ready) return;
        this.#outbound.sendVideo(ssrc, frame, captureTime, this.#clock());
        this.#schedule();
      },
      restart: () => {
        stream.restart();
        this.#schedule();
      },
      onCodec: (callback) => {
        onCodec = callback;
        if (codec) callback(codec);
      },
      onKeyframeNeeded: (callback) => {
        onKeyframeNeeded = callback;
      },
      onBitrate: (callback) => {
        onBitrate = callback;
        if (bitrate !== undefined) callback(bitrate);
      },
      close: () => this.#closeLane(lane),
    };
  }

  /** Begins to offer a participant's voice to this client; negotiation is asked for. */
  addAudioSender(options: { participant: string }): AudioSender {
    const transceiver = this.#transceiver('audio', options.participant, []);
    const { ssrc } = transceiver.sender;
    const stream = new AudioStream({
      ssrc,
      sequence: randomInt(0x8000),
      timestamp: randomInt(2 ** 31),
    });
    const lane: Lane = {
      kind: 'audio',
      participant: options.participant,
      transceiver,
      ssrc,
      closed: false,
      negotiated: () => {
        const read = readLane(transceiver, []);
        if (!read) {
          this.#outbound.remove(ssrc);
          return;
        }
        this.#outbound.putAudio({
          stream,
          payloadType: read.payloadType,
          mid: read.mid,
          extensions: read.extensions,
          cname: options.participant,
        });
      },
    };
    this.#lanes.add(lane);
    return {
      participant: options.participant,
      get mid() {
        return transceiver.mid;
      },
      send: (packet) => {
        if (lane.closed || !this.#transport?.ready) return;
        this.#outbound.sendAudio(ssrc, packet, this.#clock());
        this.#schedule();
      },
      restart: () => stream.restart(),
      close: () => this.#closeLane(lane),
    };
  }

  stats(): PeerConnectionStats {
    this.#measureTraffic();
    return {
      bitrateIn: this.#traffic.in,
      bitrateOut: this.#traffic.out,
      lossIn: this.#inbound.loss,
      lossOut: this.#outbound.remoteLoss,
      rttMs: this.#rtt() ?? null,
      codecIn: this.#inbound.codec ?? null,
      estimate: this.#outbound.estimate,
      silentMs: this.#heardAt === undefined ? null : this.#clock() - this.#heardAt,
      refused: (this.#transport?.dropped ?? 0) + this.#inbound.malformed,
    };
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#connectTimer);
    this.#timer = undefined;
    for (const lane of this.#lanes) lane.closed = true;
    this.#lanes.clear();
    this.#setState('closed');
    await this.#peer.close();
  }

  #adopt(dtls: RTCDtlsTransport): void {
    this.#dtls = dtls;
    // The client closed its end, or could not prove itself: nothing comes after that.
    dtls.onStateChange.subscribe((state) => {
      if (state === 'closed' || state === 'failed') this.#setState('failed');
    });
    this.#transport = new MediaTransport(dtls, {
      rtp: (data, at) => {
        this.#heardAt = at;
        this.#inbound.rtp(data, at);
        this.#schedule();
      },
      rtcp: (data, at) => {
        this.#heardAt = at;
        for (const packet of parseRtcp(data)) {
          this.#inbound.rtcp(packet, at);
          this.#outbound.rtcp(packet, at);
        }
        this.#schedule();
      },
    });
  }

  #setState(state: ConnectionState): void {
    if (state === this.#state || this.#state === 'closed') return;
    this.#state = state;
    clearTimeout(this.#connectTimer);
    if (state === 'connecting') {
      this.#connectTimer = setTimeout(() => this.#setState('failed'), CONNECT_TIMEOUT);
    }
    this.#events.connectionState(state);
  }

  /** A free section of the kind, or a new one: the number of sections follows the most watched at once. */
  #transceiver(
    kind: 'audio' | 'video',
    participant: string,
    codecs: readonly VideoCodec[],
  ): RTCRtpTransceiver {
    const used = new Set([...this.#lanes].map((lane) => lane.transceiver));
    let transceiver = this.#peer
      .getTransceivers()
      .find(
        (t) =>
          t.kind === kind &&
          !used.has(t) &&
          t.direction === 'inactive' &&
          t.currentDirection === 'inactive' &&
          !t.stopped,
      );
    if (transceiver) {
      transceiver.setDirection('sendonly');
      needNegotiation(this.#peer);
    } else {
      transceiver = this.#peer.addTransceiver(kind, { direction: 'sendonly' });
      transceiver.codecs =
        kind === 'audio' ? audioCodecs(this.#payloads) : videoCodecs(this.#payloads, codecs);
      transceiver.headerExtensions = headerExtensions(kind, this.#payloads);
    }
    // Another participant is another source: a receiver must not splice the two.
    renewSender(transceiver, participant, {
      ssrc: randomInt(1, 2 ** 32 - 1),
      rtxSsrc: randomInt(1, 2 ** 32 - 1),
      trackId: randomUUID(),
    });
    return transceiver;
  }

  #closeLane(lane: Lane): void {
    if (lane.closed) return;
    lane.closed = true;
    this.#lanes.delete(lane);
    this.#outbound.remove(lane.ssrc);
    this.#transport?.forget(lane.ssrc);
    lane.transceiver.setDirection('inactive');
    needNegotiation(this.#peer);
  }

  #afterNegotiation(): void {
    this.#inbound.negotiated(readInbound(this.#peer.getTransceivers()));
    for (const lane of this.#lanes) lane.negotiated();
    this.#schedule();
  }

  /** werift leaves a restarted ICE transport to the other side's checks: start our own too. */
  #restartChecks(): void {
    const dtls = this.#dtls;
    if (dtls?.state !== 'connected') return;
    const ice = dtls.iceTransport;
    if (ice.state === 'connected') return;
    ice.start().then(
      () => this.#setState('connected'),
      () => this.#setState('failed'),
    );
  }

  #rtt(): Milli | undefined {
    const pair = this.#dtls?.iceTransport.connection.nominated;
    return this.#outbound.rtt ?? (pair?.rtt === undefined ? undefined : pair.rtt * 1000);
  }

  #measureTraffic(): void {
    const now = this.#clock();
    const elapsed = now - this.#traffic.at;
    const { sent, received } = this.#transport?.traffic ?? { sent: 0, received: 0 };
    // Shorter spans give a jumpy figure.
    if (elapsed < 500) return;
    this.#traffic = {
      at: now,
      sent,
      received,
      in: ((received - this.#traffic.received) * 8000) / elapsed,
      out: ((sent - this.#traffic.sent) * 8000) / elapsed,
    };
  }

  /** One timer for everything that waits; rearmed when something nearer comes up. */
  #schedule(): void {
    if (this.#state === 'closed') return;
    const dues = [this.#inbound.due, this.#outbound.due].filter((at) => at !== undefined);
    if (dues.length === 0) return;
    const due = Math.min(...dues);
    if (this.#timer && this.#timerAt !== undefined && this.#timerAt <= due) return;
    clearTimeout(this.#timer);
    this.#timerAt = due;
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, due - this.#clock()));
  }

  #tick(): void {
    this.#timer = undefined;
    const now = this.#clock();
    const rtt = this.#rtt();
    if (rtt !== undefined) this.#inbound.setRtt(rtt);
    this.#transport?.sendRtcp(this.#inbound.poll(now));
    this.#outbound.poll(now);
    this.#schedule();
  }

  async #guard<T>(
    code: 'invalid_description' | 'negotiation_failed',
    action: () => Promise<T>,
  ): Promise<T> {
    if (this.#state === 'closed') {
      throw new UnderstudyError('negotiation_failed', 'The connection is closed.');
    }
    try {
      return await action();
    } catch (cause) {
      if (cause instanceof UnderstudyError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UnderstudyError(code, `The negotiation cannot go on: ${reason}.`, { cause });
    }
  }
}

/** Resolves when the signaling state is no longer the given one. */
function stateLeaves(peer: RTCPeerConnection, from: string): Promise<void> {
  return new Promise((resolve) => {
    const { unSubscribe } = peer.signalingStateChange.subscribe((state) => {
      if (state === from) return;
      unSubscribe();
      resolve();
    });
  });
}
