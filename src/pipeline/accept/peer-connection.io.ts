import { randomInt } from 'node:crypto';
import type { IceCandidate, SessionDescription } from '../../signaling/protocol.ts';
import { type Clock, type Milli, monotonicClock } from '../../time.ts';
import type { VideoCodec } from '../decode/video-decoder.ts';
import type { BitrateLimits } from '../transmit/bandwidth-estimate.ts';
import { OutboundMedia } from '../transmit/outbound-media.ts';
import { DeadlineTimer } from './deadline-timer.io.ts';
import { DescriptionExchange } from './description-exchange.io.ts';
import { HeldCandidates } from './held-candidates.ts';
import { InboundMedia } from './inbound-media.ts';
import { audioCodecs, headerExtensions, readInbound, videoCodecs } from './media-section.io.ts';
import { MediaTransport } from './media-transport.io.ts';
import { EMPTY_PAYLOAD_MAP } from './payload-map.ts';
import type {
  AudioSender,
  ConnectionState,
  PeerConnectionEvents,
  PeerConnectionOptions,
  PeerConnectionStats,
  VideoSender,
} from './peer-connection.ts';
import { parseRtcp } from './rtcp-packet.ts';
import { SenderSections } from './sender-sections.io.ts';
import { TrafficMeter } from './traffic-meter.ts';
import { createPeer, type RTCDtlsTransport, type RTCPeerConnection } from './werift.io.ts';

export type * from './peer-connection.ts';

/** Why a limit: below the least a 256² face is no face any more; above the most nothing is gained. */
const DEFAULT_BITRATES: BitrateLimits = Object.freeze({
  min: 150_000,
  start: 1_000_000,
  max: 2_500_000,
});

/** A path that is not found by then is not there; a client tries again sooner by itself. */
const CONNECT_TIMEOUT: Milli = 30_000;

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
  readonly #sections: SenderSections;
  readonly #exchange: DescriptionExchange;
  readonly #candidates: HeldCandidates;
  readonly #traffic = new TrafficMeter();
  readonly #timer: DeadlineTimer;
  readonly #localSsrc = randomInt(1, 2 ** 32 - 1);
  #transport: MediaTransport | undefined;
  #dtls: RTCDtlsTransport | undefined;
  #connectTimer: NodeJS.Timeout | undefined;
  #heardAt: Milli | undefined;
  #state: ConnectionState = 'new';

  constructor(events: PeerConnectionEvents, options: PeerConnectionOptions) {
    this.#events = events;
    this.#clock = options.clock ?? monotonicClock;
    this.#timer = new DeadlineTimer(this.#clock, (now) => this.#tick(now));
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
    this.#sections = new SenderSections({
      peer: this.#peer,
      outbound: this.#outbound,
      clock: this.#clock,
      ready: () => this.#transport?.ready ?? false,
      changed: () => this.#schedule(),
      ended: (ssrc) => this.#transport?.forget(ssrc),
    });
    this.#exchange = new DescriptionExchange(this.#peer, {
      offering: (payloads) => this.#sections.settle(payloads),
      agreed: () => this.#agreed(),
      closed: () => this.#state === 'closed',
    });
    this.#peer.onNegotiationneeded.subscribe(() => events.negotiationNeeded());
    this.#candidates = new HeldCandidates((candidate) => events.candidate(candidate));
    this.#peer.onIceCandidate.subscribe((candidate) => {
      this.#candidates.push(
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
  createOffer(): Promise<SessionDescription> {
    return this.#exchange.createOffer();
  }

  /**
   * Without a description, makes the one that the state calls for.
   * @returns the description to send.
   * @throws UnderstudyError `negotiation_failed`.
   */
  async setLocalDescription(description?: SessionDescription): Promise<SessionDescription> {
    this.#candidates.describing();
    try {
      return await this.#exchange.setLocal(description);
    } finally {
      // Whoever waits for the description sends it first.
      setImmediate(() => this.#candidates.described());
    }
  }

  /** @throws UnderstudyError `invalid_description` where it does not parse or fit the state. */
  setRemoteDescription(description: SessionDescription): Promise<void> {
    return this.#exchange.setRemote(description);
  }

  /**
   * Candidates may come before their description; an empty one ends them.
   * @throws UnderstudyError `invalid_description` where it does not parse.
   */
  addIceCandidate(candidate: IceCandidate): Promise<void> {
    return this.#exchange.addCandidate(candidate);
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
    return this.#sections.addVideo(options);
  }

  /** Begins to offer a participant's voice to this client; negotiation is asked for. */
  addAudioSender(options: { participant: string }): AudioSender {
    return this.#sections.addAudio(options);
  }

  stats(): PeerConnectionStats {
    const traffic = this.#transport?.traffic ?? { sent: 0, received: 0 };
    const rates = this.#traffic.read(traffic, this.#clock());
    return {
      bitrateIn: rates.in,
      bitrateOut: rates.out,
      lossIn: this.#inbound.loss,
      lossOut: this.#outbound.remoteLoss,
      rttMs: this.#rtt() ?? null,
      codecIn: this.#inbound.codec ?? null,
      estimate: this.#outbound.estimate,
      silentMs: this.#heardAt === undefined ? null : this.#clock() - this.#heardAt,
      refused: (this.#transport?.dropped ?? 0) + this.#inbound.refused,
    };
  }

  async close(): Promise<void> {
    this.#timer.close();
    clearTimeout(this.#connectTimer);
    this.#sections.close();
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

  #agreed(): void {
    this.#inbound.negotiated(readInbound(this.#peer.getTransceivers()));
    this.#sections.negotiated();
    this.#restartChecks();
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

  #schedule(): void {
    this.#timer.arm(this.#inbound.due, this.#outbound.due);
  }

  #tick(now: Milli): void {
    const rtt = this.#rtt();
    if (rtt !== undefined) this.#inbound.setRtt(rtt);
    this.#transport?.sendRtcp(this.#inbound.poll(now));
    this.#outbound.poll(now);
    this.#schedule();
  }
}
