import type { Milli } from '../../time.ts';
import { VIDEO_CLOCK_HZ } from '../../time.ts';
import { wrapRtx } from '../accept/rtx.ts';
import type { VideoCodec } from '../decode/video-decoder.ts';
import { packetizeH264 } from './h264-packetizer.ts';
import { KeyframeThrottle } from './keyframe-throttle.ts';
import { PacketHistory, type SentPacket } from './packet-history.ts';
import { RtpTimeline } from './rtp-timeline.ts';
import type { EncodedFrame } from './video-encoder.ts';
import { Vp8Packetizer } from './vp8-packetizer.ts';

/** An RTP packet but for what is stamped on it when it leaves (transport sequence number). */
export interface OutgoingPacket {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Buffer;
}

export interface VideoStreamSeed {
  readonly ssrc: number;
  readonly rtxSsrc: number;
  /** Random starting points (RFC 3550 §5.1). */
  readonly sequence: number;
  readonly rtxSequence: number;
  readonly timestamp: number;
  readonly pictureId: number;
}

/** Payload types as negotiated; a codec without one cannot be sent. */
export interface VideoPayloadTypes {
  readonly codec: VideoCodec;
  readonly payloadType: number;
  readonly rtx: number | undefined;
}

/**
 * One outgoing video stream: frames → packets, with one sequence and one timeline for its whole
 * life, and the answers to a receiver's feedback. Pure: time comes in.
 */
export class VideoStream {
  readonly ssrc: number;
  readonly #seed: VideoStreamSeed;
  readonly #vp8: Vp8Packetizer;
  readonly #history = new PacketHistory();
  readonly #timeline: RtpTimeline;
  readonly #keyframes = new KeyframeThrottle();
  #sequence: number;
  #rtxSequence: number;
  #waitsForKeyframe = true;
  #lastCapture: Milli | undefined;
  #packets = 0;
  #octets = 0;

  constructor(seed: VideoStreamSeed) {
    this.ssrc = seed.ssrc;
    this.#seed = seed;
    this.#vp8 = new Vp8Packetizer(seed.pictureId);
    this.#timeline = new RtpTimeline(VIDEO_CLOCK_HZ, seed.timestamp);
    this.#sequence = seed.sequence;
    this.#rtxSequence = seed.rtxSequence;
  }

  /**
   * Call when the frames' source changes (codec, identity's encoder, participant): nothing is sent
   * until a keyframe, which is asked for.
   */
  restart(): void {
    this.#waitsForKeyframe = true;
    this.#keyframes.pli();
  }

  /** @returns the packets to pace out; none while a keyframe is awaited. */
  send(
    frame: EncodedFrame,
    captureTime: Milli,
    types: VideoPayloadTypes,
    now: Milli,
  ): OutgoingPacket[] {
    if (this.#waitsForKeyframe && !frame.keyframe) {
      this.#keyframes.pli();
      return [];
    }
    if (frame.keyframe) {
      this.#waitsForKeyframe = false;
      this.#keyframes.sent(now);
    }
    const payloads =
      types.codec === 'vp8' ? this.#vp8.packetize(frame.data) : packetizeH264(frame.data);
    const timestamp = this.#timeline.next(captureTime);
    this.#lastCapture = captureTime;
    return payloads.map((payload, i) => {
      const packet: OutgoingPacket = {
        ssrc: this.ssrc,
        payloadType: types.payloadType,
        sequence: this.#sequence,
        timestamp,
        marker: i === payloads.length - 1,
        payload,
      };
      this.#sequence = (this.#sequence + 1) & 0xffff;
      this.#packets += 1;
      this.#octets += payload.length;
      this.#history.add(packet, now);
      return packet;
    });
  }

  /** @returns the retransmissions to send: by RTX where negotiated, else the packets themselves. */
  nack(
    sequences: readonly number[],
    types: VideoPayloadTypes,
    now: Milli,
    rtt: Milli,
  ): OutgoingPacket[] {
    const packets: OutgoingPacket[] = [];
    for (const sequence of sequences) {
      const sent = this.#history.resend(sequence, now, rtt);
      if (!sent) continue;
      if (types.rtx === undefined) {
        packets.push({ ...sent, ssrc: this.ssrc });
        continue;
      }
      packets.push(this.#retransmission(sent, types.rtx));
    }
    return packets;
  }

  /**
   * Packets to fill a bandwidth probe with: repeats, which repair something at best and are dropped
   * at worst. None without RTX.
   */
  repeats(bytes: number, types: VideoPayloadTypes): OutgoingPacket[] {
    const { rtx } = types;
    if (rtx === undefined) return [];
    const latest = this.#history.latest(bytes);
    const packets: OutgoingPacket[] = [];
    let sum = 0;
    for (let i = 0; sum < bytes && latest.length > 0; i += 1) {
      const packet = this.#retransmission(latest[i % latest.length]!, rtx);
      sum += packet.payload.length;
      packets.push(packet);
    }
    return packets;
  }

  #retransmission(sent: SentPacket, payloadType: number): OutgoingPacket {
    const sequence = this.#rtxSequence;
    this.#rtxSequence = (sequence + 1) & 0xffff;
    return {
      ssrc: this.#seed.rtxSsrc,
      payloadType,
      sequence,
      timestamp: sent.timestamp,
      marker: sent.marker,
      payload: wrapRtx(sent.sequence, sent.payload),
    };
  }

  pli(): void {
    this.#keyframes.pli();
  }

  fir(sequence: number): void {
    this.#keyframes.fir(sequence);
  }

  get keyframeDue(): Milli | undefined {
    return this.#keyframes.due;
  }

  /** @returns true where the encoder must be asked for a keyframe now. */
  pollKeyframe(now: Milli): boolean {
    return this.#keyframes.poll(now);
  }

  /**
   * What a sender report says: the RTP time of `now`, so that every receiver maps a frame's RTP
   * time back to its capture (RFC 3550 §6.4.1). Undefined before the first frame.
   */
  report(now: Milli): { rtpTime: number; packets: number; octets: number } | undefined {
    const rtpTime = this.#timeline.at(now);
    if (rtpTime === undefined || this.#lastCapture === undefined) return undefined;
    return { rtpTime, packets: this.#packets, octets: this.#octets };
  }
}
