import { earliestDue } from '../../earliest-due.ts';
import type { Milli } from '../../time.ts';
import type { VideoCodec } from '../decode/video-decoder.ts';
import { ArrivalLog } from './arrival-log.ts';
import { AudioReceiver, type ReceivedAudioPacket } from './audio-receiver.ts';
import { RemoteClock } from './capture-clock.ts';
import { EXTENSION, readTransportSequence } from './header-extension.ts';
import { InboundLimit, VOICE_RATE } from './inbound-limit.ts';
import type { RtcpPacket } from './rtcp-packet.ts';
import { writeReceiverReport, writeTwccFeedback } from './rtcp-writer.ts';
import { parseRtp, type RtpPacket } from './rtp-packet.ts';
import { unwrapRtx } from './rtx.ts';
import { type ReceivedVideoFrame, VideoReceiver } from './video-receiver.ts';

/** What an inbound payload type stands for. */
export type InboundPayload =
  | { readonly kind: 'video'; readonly codec: VideoCodec }
  | { readonly kind: 'rtx'; readonly original: number }
  | { readonly kind: 'audio' };

export interface InboundNegotiation {
  readonly payloads: ReadonlyMap<number, InboundPayload>;
  readonly extensions: ReadonlyMap<string, number>;
  readonly nack: boolean;
  readonly fir: boolean;
}

export interface InboundSink {
  video(frame: ReceivedVideoFrame): void;
  audio(packet: ReceivedAudioPacket): void;
}

const NOTHING: InboundNegotiation = {
  payloads: new Map(),
  extensions: new Map(),
  nack: false,
  fir: false,
};

/** RFC 3550 §6.2 allows far less for a stream of this rate; a second keeps the loss figure fresh. */
const REPORT_INTERVAL: Milli = 1000;
/** A camera that is replaced speaks under a new SSRC as soon as the old one has fallen silent. */
const SSRC_SILENCE: Milli = 300;

/**
 * Everything a client sends: one camera and one microphone, told apart by payload type. Pure: data
 * and time come in, frames go to the sink, RTCP comes out of {@link poll}.
 */
export class InboundMedia {
  readonly #localSsrc: number;
  readonly #sink: InboundSink;
  readonly #arrivals = new ArrivalLog();
  readonly #clock = new RemoteClock();
  #negotiation = NOTHING;
  #video: { receiver: VideoReceiver; at: Milli } | undefined;
  #audio: { receiver: AudioReceiver; at: Milli } | undefined;
  readonly #voice = new InboundLimit(VOICE_RATE);
  #reportDue: Milli | undefined;
  #rtt: Milli | undefined;
  #malformed = 0;
  #loss = 0;

  constructor(localSsrc: number, sink: InboundSink) {
    this.#localSsrc = localSsrc;
    this.#sink = sink;
  }

  negotiated(negotiation: InboundNegotiation): void {
    this.#negotiation = negotiation;
  }

  setRtt(rtt: Milli): void {
    this.#rtt = rtt;
    this.#clock.setRtt(rtt);
    this.#video?.receiver.setRtt(rtt);
  }

  /** Share of the camera's packets lost in the last second, after repair. */
  get loss(): number {
    return this.#loss;
  }

  /** Packets that are none, or that go beyond what a voice may take. */
  get refused(): number {
    return this.#malformed + this.#voice.refused;
  }

  get codec(): VideoCodec | undefined {
    return this.#codec;
  }
  #codec: VideoCodec | undefined;

  rtp(data: Buffer, now: Milli): void {
    const packet = parseRtp(data);
    if (!packet) {
      this.#malformed += 1;
      return;
    }
    const { payloads, extensions } = this.#negotiation;
    const twccId = extensions.get(EXTENSION.transportSequence);
    const sequence =
      twccId === undefined ? undefined : readTransportSequence(packet.extensions.get(twccId));
    if (sequence !== undefined) this.#arrivals.record(sequence, now);
    this.#reportDue ??= now + REPORT_INTERVAL;
    const payload = payloads.get(packet.payloadType);
    if (payload?.kind === 'audio') this.#receiveAudio(packet, now);
    else if (payload?.kind === 'video') this.#receiveVideo(packet, payload.codec, now);
    else if (payload?.kind === 'rtx') this.#receiveRtx(packet, payload.original, now);
  }

  #receiveAudio(packet: RtpPacket, now: Milli): void {
    if (!this.#voice.admit(packet.payload.length, now)) return;
    if (this.#audio?.receiver.ssrc !== packet.ssrc) {
      if (this.#audio && now - this.#audio.at < SSRC_SILENCE) return;
      this.#audio = { receiver: new AudioReceiver(packet.ssrc, this.#clock), at: now };
    }
    this.#audio.at = now;
    const received = this.#audio.receiver.receive(packet, now);
    if (received) this.#sink.audio(received);
  }

  #receiveVideo(packet: RtpPacket, codec: VideoCodec, now: Milli): void {
    if (this.#video?.receiver.ssrc !== packet.ssrc) {
      if (this.#video && now - this.#video.at < SSRC_SILENCE) return;
      const receiver = new VideoReceiver({
        ssrc: packet.ssrc,
        localSsrc: this.#localSsrc,
        remoteClock: this.#clock,
        nack: this.#negotiation.nack,
        fir: this.#negotiation.fir,
        absCaptureTime: this.#negotiation.extensions.get(EXTENSION.absCaptureTime),
      });
      if (this.#rtt !== undefined) receiver.setRtt(this.#rtt);
      this.#video = { receiver, at: now };
    }
    this.#video.at = now;
    this.#codec = codec;
    for (const frame of this.#video.receiver.receive(packet, codec, now)) this.#sink.video(frame);
  }

  #receiveRtx(packet: RtpPacket, original: number, now: Milli): void {
    const payload = this.#negotiation.payloads.get(original);
    const receiver = this.#video?.receiver;
    if (payload?.kind !== 'video' || !receiver) return;
    const repaired = unwrapRtx(packet, { ssrc: receiver.ssrc, payloadType: original });
    if (!repaired) return;
    for (const frame of receiver.receive(repaired, payload.codec, now, true)) {
      this.#sink.video(frame);
    }
  }

  /** Sender reports; everything else is about what we send. */
  rtcp(packet: RtcpPacket, now: Milli): void {
    if (packet.type !== 'sender-report') return;
    for (const stream of [this.#video, this.#audio]) {
      if (stream?.receiver.ssrc === packet.ssrc) {
        stream.receiver.senderReport(packet.ntp, packet.rtpTime, now);
      }
    }
  }

  requestKeyframe(now: Milli): void {
    this.#video?.receiver.requestKeyframe(now);
  }

  get due(): Milli | undefined {
    return earliestDue([this.#arrivals.due, this.#video?.receiver.due, this.#reportDue]);
  }

  /** @returns RTCP packets to send now. */
  poll(now: Milli): Buffer[] {
    const rtcp: Buffer[] = [];
    const media = this.#video?.receiver.ssrc ?? this.#audio?.receiver.ssrc ?? 0;
    for (const feedback of this.#arrivals.poll(now)) {
      rtcp.push(writeTwccFeedback(this.#localSsrc, media, feedback));
    }
    if (this.#video) {
      const { rtcp: repair, frames } = this.#video.receiver.poll(now);
      rtcp.push(...repair);
      for (const frame of frames) this.#sink.video(frame);
    }
    if (this.#reportDue !== undefined && now >= this.#reportDue) {
      this.#reportDue = now + REPORT_INTERVAL;
      const video = this.#video?.receiver.report(now);
      const audio = this.#audio?.receiver.report(now);
      if (video) this.#loss = video.fractionLost / 256;
      const reports = [video, audio].filter((report) => report !== undefined);
      rtcp.push(writeReceiverReport(this.#localSsrc, reports));
    }
    return rtcp;
  }
}
