import { randomInt, randomUUID } from 'node:crypto';
import type { Clock } from '../../time.ts';
import type { VideoCodec } from '../decode/video-decoder.ts';
import { AudioStream } from '../transmit/audio-stream.ts';
import type { OutboundMedia } from '../transmit/outbound-media.ts';
import type { BitsPerSecond } from '../transmit/video-encoder.ts';
import { VideoStream } from '../transmit/video-stream.ts';
import { audioCodecs, headerExtensions, readLane, videoCodecs } from './media-section.io.ts';
import type { PayloadMap } from './payload-map.ts';
import type { AudioSender, VideoSender } from './peer-connection.ts';
import {
  needNegotiation,
  type RTCPeerConnection,
  type RTCRtpTransceiver,
  renewSender,
} from './werift.io.ts';

/** One stream that is sent, and the media section that carries it once an offer has named it. */
interface Lane {
  readonly kind: 'audio' | 'video';
  readonly participant: string;
  readonly ssrc: number;
  readonly rtxSsrc: number;
  readonly codecs: readonly VideoCodec[];
  transceiver: RTCRtpTransceiver | undefined;
  /** Called after each negotiation. */
  negotiated(transceiver: RTCRtpTransceiver): void;
}

export interface SenderSectionsOptions {
  readonly peer: RTCPeerConnection;
  readonly outbound: OutboundMedia;
  readonly clock: Clock;
  /** Whether packets can leave. */
  ready(): boolean;
  /** Something waits to be sent or polled. */
  changed(): void;
  /** A stream ended for good. */
  ended(ssrc: number): void;
}

/**
 * The media sections in which a client receives. A section is taken only while an offer is made:
 * one without a name yet would be taken by a client's offer for the counterpart of its own. Those
 * of participants who left are used again, so their number follows the most watched at once.
 */
export class SenderSections {
  readonly #options: SenderSectionsOptions;
  readonly #lanes = new Set<Lane>();

  constructor(options: SenderSectionsOptions) {
    this.#options = options;
  }

  /** @param options.codecs what can be encoded, preferred first. */
  addVideo(options: { participant: string; codecs: readonly VideoCodec[] }): VideoSender {
    const { outbound, clock, ready, changed } = this.#options;
    const { participant, codecs } = options;
    const { ssrc, rtxSsrc } = identities();
    const stream = new VideoStream({
      ssrc,
      rtxSsrc,
      sequence: randomInt(0x8000),
      rtxSequence: randomInt(0x8000),
      timestamp: randomInt(2 ** 31),
      pictureId: randomInt(0x8000),
    });
    let codec: VideoCodec | null = null;
    let bitrate: BitsPerSecond | undefined;
    let onCodec: (codec: VideoCodec) => void = () => undefined;
    let onKeyframeNeeded: () => void = () => undefined;
    let onBitrate: (bitrate: BitsPerSecond) => void = () => undefined;
    const negotiated = (transceiver: RTCRtpTransceiver) => {
      const read = readLane(transceiver, codecs);
      if (!read?.types) return outbound.remove(ssrc);
      outbound.putVideo({
        stream,
        types: read.types,
        mid: read.mid,
        extensions: read.extensions,
        cname: participant,
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
      changed();
    };
    const lane = this.#add({ kind: 'video', participant, ssrc, rtxSsrc, codecs, negotiated });
    return {
      participant,
      get mid() {
        return lane.transceiver?.mid ?? null;
      },
      get codec() {
        return codec;
      },
      send: (frame, captureTime) => {
        if (frame.codec !== codec || !ready()) return;
        outbound.sendVideo(ssrc, frame, captureTime, clock());
        changed();
      },
      restart: () => {
        stream.restart();
        changed();
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
      close: () => this.#close(lane),
    };
  }

  addAudio(options: { participant: string }): AudioSender {
    const { outbound, clock, ready, changed } = this.#options;
    const { participant } = options;
    const { ssrc, rtxSsrc } = identities();
    const stream = new AudioStream({
      ssrc,
      sequence: randomInt(0x8000),
      timestamp: randomInt(2 ** 31),
    });
    const negotiated = (transceiver: RTCRtpTransceiver) => {
      const read = readLane(transceiver, []);
      if (!read) return outbound.remove(ssrc);
      const { payloadType, mid, extensions } = read;
      outbound.putAudio({ stream, payloadType, mid, extensions, cname: participant });
    };
    const lane = this.#add({ kind: 'audio', participant, ssrc, rtxSsrc, codecs: [], negotiated });
    return {
      participant,
      get mid() {
        return lane.transceiver?.mid ?? null;
      },
      send: (packet) => {
        if (!ready()) return;
        outbound.sendAudio(ssrc, packet, clock());
        changed();
      },
      restart: () => stream.restart(),
      close: () => this.#close(lane),
    };
  }

  /** Gives every stream its section. To be called right before an offer is made. */
  settle(payloads: PayloadMap): void {
    for (const lane of this.#lanes) lane.transceiver ??= this.#section(lane, payloads);
  }

  /** A description was agreed on. */
  negotiated(): void {
    for (const lane of this.#lanes) if (lane.transceiver) lane.negotiated(lane.transceiver);
  }

  close(): void {
    for (const lane of this.#lanes) this.#options.outbound.remove(lane.ssrc);
    this.#lanes.clear();
  }

  #add(options: Omit<Lane, 'transceiver'>): Lane {
    const lane: Lane = { ...options, transceiver: undefined };
    this.#lanes.add(lane);
    needNegotiation(this.#options.peer);
    return lane;
  }

  #section({ kind, participant, codecs, ssrc, rtxSsrc }: Lane, payloads: PayloadMap) {
    const { peer } = this.#options;
    const used = new Set([...this.#lanes].map((lane) => lane.transceiver));
    let transceiver = peer
      .getTransceivers()
      .find(
        (each) =>
          each.kind === kind &&
          !used.has(each) &&
          each.direction === 'inactive' &&
          each.currentDirection === 'inactive' &&
          !each.stopped,
      );
    if (transceiver) transceiver.setDirection('sendonly');
    else {
      transceiver = peer.addTransceiver(kind, { direction: 'sendonly' });
      transceiver.codecs = kind === 'audio' ? audioCodecs(payloads) : videoCodecs(payloads, codecs);
      transceiver.headerExtensions = headerExtensions(kind, payloads);
    }
    // Another participant is another source: a receiver must not splice the two.
    renewSender(transceiver, participant, { ssrc, rtxSsrc, trackId: randomUUID() });
    return transceiver;
  }

  #close(lane: Lane): void {
    if (!this.#lanes.delete(lane)) return;
    this.#options.outbound.remove(lane.ssrc);
    this.#options.ended(lane.ssrc);
    this.#options.ended(lane.rtxSsrc);
    lane.transceiver?.setDirection('inactive');
    needNegotiation(this.#options.peer);
  }
}

function identities(): { ssrc: number; rtxSsrc: number } {
  return { ssrc: randomInt(1, 2 ** 32 - 1), rtxSsrc: randomInt(1, 2 ** 32 - 1) };
}
