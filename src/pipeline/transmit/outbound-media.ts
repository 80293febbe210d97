import type { Milli } from '../../time.ts';
import { EXTENSION, PLAYOUT_AT_ONCE, writeTransportSequence } from '../accept/header-extension.ts';
import { compactNtp, ntpFromUnix } from '../accept/ntp-time.ts';
import type { RtcpPacket } from '../accept/rtcp-packet.ts';
import { writeSenderReport, writeSourceDescription } from '../accept/rtcp-writer.ts';
import { writeRtpHeader } from '../accept/rtp-packet.ts';
import type { AudioStream } from './audio-stream.ts';
import { BandwidthEstimate, type BitrateLimits } from './bandwidth-estimate.ts';
import { Pacer } from './pacer.ts';
import type { ProbePlan } from './probe-schedule.ts';
import { RetransmitBudget } from './retransmit-budget.ts';
import type { BitsPerSecond, EncodedFrame } from './video-encoder.ts';
import type { OutgoingPacket, VideoPayloadTypes, VideoStream } from './video-stream.ts';

/** Where packets leave: encrypts and sends. */
export interface Wire {
  rtp(header: Buffer, payload: Buffer, ssrc: number, sequence: number): void;
  rtcp(packets: readonly Buffer[]): void;
}

interface Lane {
  readonly mid: string;
  readonly extensions: ReadonlyMap<string, number>;
  readonly cname: string;
}

export interface VideoLane extends Lane {
  readonly stream: VideoStream;
  readonly types: VideoPayloadTypes;
  onKeyframeNeeded(): void;
  /** What this stream may take of the path. */
  onBitrate(bitrate: BitsPerSecond): void;
}

export interface AudioLane extends Lane {
  readonly stream: AudioStream;
  readonly payloadType: number;
}

/** Often enough that a joining receiver has audio and video in step within a second. */
const REPORT_INTERVAL: Milli = 500;
/** Before a round trip was measured. */
const DEFAULT_RTT: Milli = 60;
/** Sender reports remembered for round trip measurement. */
const MAX_REPORTS = 16;
/** Header and authentication bytes of a packet beside its payload, for pacing. */
const OVERHEAD_BYTES = 60;

/** Opus at its usual rate with its headers. */
const AUDIO_BPS: BitsPerSecond = 50_000;
/** Encoders are told of steps, not of every wobble. */
const BITRATE_STEP = 0.03;
/** While something is sent, silence of the feedback is looked for this often. */
const WATCH_INTERVAL: Milli = 250;

export interface OutboundOptions {
  /** Limits of one video stream. */
  readonly bitrate: BitrateLimits;
  /** Our wall clock (ms since the Unix epoch) of an instant on the monotonic clock. */
  toUnix(at: Milli): Milli;
}

/**
 * Everything that is sent to a client: paces, stamps, reports, and answers feedback. Pure but for
 * the wire it is given: data and time come in.
 */
export class OutboundMedia {
  readonly #options: OutboundOptions;
  readonly #wire: Wire;
  readonly #pacer: Pacer;
  readonly #video = new Map<number, VideoLane>();
  readonly #audio = new Map<number, AudioLane>();
  #transportSequence = 0;
  #reportDue: Milli | undefined;
  #reports: { compact: number; at: Milli }[] = [];
  #rtt: Milli | undefined;
  #remoteLoss = 0;
  readonly #estimate: BandwidthEstimate;
  readonly #repairs = new RetransmitBudget();
  #announced: BitsPerSecond = 0;
  #watchDue: Milli | undefined;
  #probe: { lane: VideoLane; packets: OutgoingPacket[]; plan: ProbePlan; dueAt: Milli } | undefined;

  constructor(wire: Wire, options: OutboundOptions) {
    this.#wire = wire;
    this.#options = options;
    this.#pacer = new Pacer(options.bitrate.start);
    this.#estimate = new BandwidthEstimate(options.bitrate);
  }

  get rtt(): Milli | undefined {
    return this.#rtt;
  }

  /** Share of our packets that the client's last report calls lost. */
  get remoteLoss(): number {
    return this.#remoteLoss;
  }

  /** What the path to the client is believed to carry. */
  get estimate(): BitsPerSecond {
    return this.#estimate.rate;
  }

  putVideo(lane: VideoLane): void {
    this.#video.set(lane.stream.ssrc, lane);
    this.#lanesChanged();
  }

  putAudio(lane: AudioLane): void {
    this.#audio.set(lane.stream.ssrc, lane);
    this.#lanesChanged();
  }

  remove(ssrc: number): void {
    if (!this.#video.delete(ssrc) && !this.#audio.delete(ssrc)) return;
    this.#lanesChanged();
  }

  #lanesChanged(): void {
    const { min, max } = this.#options.bitrate;
    const audio = this.#audio.size * AUDIO_BPS;
    this.#estimate.setLimits({ min, max: max * Math.max(1, this.#video.size) + audio });
    this.#announced = 0;
    this.#announce();
  }

  /** Shares the estimate evenly between the videos. */
  #announce(): void {
    const rate = this.#estimate.rate;
    if (Math.abs(rate - this.#announced) < this.#announced * BITRATE_STEP) return;
    this.#announced = rate;
    this.#pacer.setTarget(rate);
    const { min, max } = this.#options.bitrate;
    const video = rate - this.#audio.size * AUDIO_BPS;
    const share = Math.max(min, Math.min(max, video / Math.max(1, this.#video.size)));
    for (const lane of this.#video.values()) lane.onBitrate(Math.round(share));
  }

  sendVideo(ssrc: number, frame: EncodedFrame, captureTime: Milli, now: Milli): void {
    const lane = this.#video.get(ssrc);
    if (!lane) return;
    const packets = lane.stream.send(frame, captureTime, lane.types, now);
    this.#reportDue ??= now;
    this.#pace(lane, packets, now, false);
  }

  /** Audio is small and late at once: it does not queue behind a keyframe. */
  sendAudio(ssrc: number, packet: Parameters<AudioStream['send']>[0], now: Milli): void {
    const lane = this.#audio.get(ssrc);
    const outgoing = lane?.stream.send(packet, lane.payloadType);
    if (!lane || !outgoing) return;
    this.#reportDue ??= now;
    this.#depart(lane, outgoing, now);
  }

  /** Reports and requests of the client about what we send. */
  rtcp(packet: RtcpPacket, now: Milli): void {
    if (packet.type === 'receiver-report' || packet.type === 'sender-report') {
      for (const report of packet.reports) {
        const sent = this.#reports.find(({ compact }) => compact === report.lastSenderReport);
        if (sent) {
          const rtt = now - sent.at - (report.delaySinceLastSenderReport * 1000) / 65_536;
          if (rtt >= 0) this.#rtt = this.#rtt === undefined ? rtt : this.#rtt * 0.75 + rtt * 0.25;
        }
        if (this.#video.has(report.ssrc)) this.#remoteLoss = report.fractionLost / 256;
      }
    } else if (packet.type === 'nack') {
      const lane = this.#video.get(packet.media);
      if (!lane) return;
      const packets = lane.stream.nack(
        packet.sequences.filter(() => this.#repairs.admit(this.#estimate.rate, now)),
        lane.types,
        now,
        this.#rtt ?? DEFAULT_RTT,
      );
      this.#pace(lane, packets, now, true);
    } else if (packet.type === 'twcc') {
      this.#estimate.feedback(packet.feedback, now);
      this.#announce();
    } else if (packet.type === 'pli') {
      this.#video.get(packet.media)?.stream.pli();
    } else if (packet.type === 'fir') {
      this.#video.get(packet.media)?.stream.fir(packet.sequence);
    }
  }

  get due(): Milli | undefined {
    let due = this.#pacer.due;
    const consider = (at: Milli | undefined) => {
      if (at !== undefined && (due === undefined || at < due)) due = at;
    };
    consider(this.#reportDue);
    consider(this.#watchDue);
    consider(this.#probe?.dueAt);
    for (const lane of this.#video.values()) consider(lane.stream.keyframeDue);
    return due;
  }

  poll(now: Milli): void {
    this.#pacer.poll(now);
    this.#pollProbe(now);
    if (this.#watchDue !== undefined && now >= this.#watchDue) {
      this.#watchDue = now + WATCH_INTERVAL;
      this.#estimate.poll(now);
      this.#announce();
    }
    for (const lane of this.#video.values()) {
      if (lane.stream.pollKeyframe(now)) lane.onKeyframeNeeded();
    }
    if (this.#reportDue !== undefined && now >= this.#reportDue) {
      this.#reportDue = now + REPORT_INTERVAL;
      this.#report(now);
    }
  }

  #pollProbe(now: Milli): void {
    if (!this.#probe) {
      const lane = this.#video.values().next().value;
      if (!lane?.stream.report(now)) return;
      const plan = this.#estimate.pollProbe(now);
      if (!plan) return;
      const packets = lane.stream.repeats(plan.bytes, lane.types);
      this.#probe = { lane, packets, plan, dueAt: now };
    }
    const probe = this.#probe;
    if (!this.#video.has(probe.lane.stream.ssrc)) probe.packets = [];
    while (probe.packets.length > 0 && now >= probe.dueAt) {
      const packet = probe.packets.shift()!;
      probe.dueAt += ((packet.payload.length + OVERHEAD_BYTES) * 8000) / probe.plan.rate;
      this.#depart(probe.lane, packet, now, true, probe.plan.id);
    }
    if (probe.packets.length === 0) this.#probe = undefined;
  }

  #report(now: Milli): void {
    const ntp = ntpFromUnix(this.#options.toUnix(now));
    const rtcp: Buffer[] = [];
    for (const lane of [...this.#video.values(), ...this.#audio.values()]) {
      const report = lane.stream.report(now);
      if (!report) continue;
      const { ssrc } = lane.stream;
      rtcp.push(writeSenderReport({ ssrc, ntp, ...report }));
      rtcp.push(writeSourceDescription(ssrc, lane.cname));
    }
    if (rtcp.length === 0) return;
    this.#reports.push({ compact: compactNtp(ntp), at: now });
    if (this.#reports.length > MAX_REPORTS) this.#reports.shift();
    this.#wire.rtcp(rtcp);
  }

  #pace(lane: VideoLane, packets: readonly OutgoingPacket[], now: Milli, urgent: boolean): void {
    if (packets.length === 0) return;
    const { ssrc } = lane.stream;
    this.#pacer.push(
      packets.map((packet) => ({
        bytes: packet.payload.length + OVERHEAD_BYTES,
        // A lane that was removed meanwhile sends nothing any more.
        send: (at: Milli) => {
          if (this.#video.get(ssrc)) this.#depart(lane, packet, at, true);
        },
      })),
      now,
      urgent,
    );
    this.#pacer.poll(now);
  }

  #depart(lane: Lane, packet: OutgoingPacket, now: Milli, video = false, probe?: number): void {
    const extensions: [number, Buffer][] = [];
    const add = (uri: string, data: Buffer) => {
      const id = lane.extensions.get(uri);
      if (id !== undefined) extensions.push([id, data]);
    };
    add(EXTENSION.mid, Buffer.from(lane.mid));
    if (video) add(EXTENSION.playoutDelay, PLAYOUT_AT_ONCE);
    const sequence = this.#transportSequence;
    if (lane.extensions.has(EXTENSION.transportSequence)) {
      add(EXTENSION.transportSequence, writeTransportSequence(sequence));
      this.#transportSequence = (sequence + 1) & 0xffff;
    }
    const header = writeRtpHeader({ ...packet, extensions });
    const bytes = header.length + packet.payload.length;
    if (lane.extensions.has(EXTENSION.transportSequence)) {
      this.#estimate.sent(sequence, bytes, now, probe);
    }
    this.#watchDue ??= now + WATCH_INTERVAL;
    this.#wire.rtp(header, packet.payload, packet.ssrc, packet.sequence);
  }
}
