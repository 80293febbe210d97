import { type Milli, type RtpTime, VIDEO_CLOCK_HZ } from '../../time.ts';
import type { VideoCodec } from '../decode/video-decoder.ts';
import { CaptureClock, type RemoteClock } from './capture-clock.ts';
import { type AssembledFrame, FrameAssembler } from './frame-assembler.ts';
import { readAbsCaptureTime } from './header-extension.ts';
import { KeyframeRequest } from './keyframe-request.ts';
import { NackList } from './nack-list.ts';
import { ReceiveStatistics } from './receive-statistics.ts';
import type { ReceptionReport } from './rtcp-packet.ts';
import { writeFir, writeNack, writePli } from './rtcp-writer.ts';
import type { RtpPacket } from './rtp-packet.ts';
import { Unwrapper } from './sequence.ts';

/** One whole coded camera frame on its way to the pipeline. The receiver owns `data`. */
export interface ReceivedVideoFrame {
  readonly codec: VideoCodec;
  /** A VP8 frame, or an H.264 access unit in Annex B. */
  readonly data: Buffer;
  readonly keyframe: boolean;
  readonly rtpTime: RtpTime;
  /** When it was captured, on our monotonic clock. */
  readonly captureTime: Milli;
  /** When its last packet came in. */
  readonly receivedAt: Milli;
}

export interface VideoReceiverOptions {
  readonly ssrc: number;
  /** Our SSRC in feedback. */
  readonly localSsrc: number;
  readonly remoteClock: RemoteClock;
  readonly nack: boolean;
  readonly fir: boolean;
  /** Where abs-capture-time was negotiated, its local id. */
  readonly absCaptureTime: number | undefined;
}

/** One inbound video stream: repair, reordering, frames, keyframe requests. Pure: time comes in. */
export class VideoReceiver {
  readonly ssrc: number;
  readonly #options: VideoReceiverOptions;
  readonly #unwrapper = new Unwrapper(16);
  readonly #statistics: ReceiveStatistics;
  readonly #nacks = new NackList();
  readonly #assembler = new FrameAssembler();
  readonly #keyframes: KeyframeRequest;
  readonly #capture: CaptureClock;

  constructor(options: VideoReceiverOptions) {
    this.ssrc = options.ssrc;
    this.#options = options;
    this.#statistics = new ReceiveStatistics(options.ssrc, VIDEO_CLOCK_HZ);
    this.#keyframes = new KeyframeRequest(options.fir);
    this.#capture = new CaptureClock(VIDEO_CLOCK_HZ, options.remoteClock);
  }

  get statistics(): ReceiveStatistics {
    return this.#statistics;
  }

  setRtt(rtt: Milli): void {
    this.#nacks.setRtt(rtt);
  }

  /** @param repaired the packet came as a retransmission. */
  receive(
    packet: RtpPacket,
    codec: VideoCodec,
    now: Milli,
    repaired = false,
  ): ReceivedVideoFrame[] {
    const sequence = repaired
      ? this.#unwrapper.peek(packet.sequence)
      : this.#unwrapper.unwrap(packet.sequence);
    if (repaired) {
      if (this.#nacks.has(sequence)) this.#statistics.recover();
    } else this.#statistics.receive(packet.sequence, packet.timestamp, now);
    if (this.#nacks.receive(sequence, now) === 'outage') this.#keyframes.want(now);
    const frames = this.#assembler.receive(sequence, packet, codec, now);
    return this.#handOn(frames, now);
  }

  senderReport(ntp: bigint, rtpTime: RtpTime, now: Milli): void {
    this.#statistics.senderReport(ntp, now);
    this.#capture.senderReport(ntp, rtpTime, now);
  }

  report(now: Milli): ReceptionReport {
    return this.#statistics.report(now);
  }

  /** The consumer cannot go on without a keyframe. */
  requestKeyframe(now: Milli): void {
    this.#keyframes.want(now);
  }

  get due(): Milli | undefined {
    const nack = this.#nacks.due;
    const keyframe = this.#keyframes.due;
    if (nack === undefined) return keyframe;
    return keyframe === undefined ? nack : Math.min(nack, keyframe);
  }

  /** @returns RTCP to send, and frames that giving up on others set free. */
  poll(now: Milli): { rtcp: Buffer[]; frames: ReceivedVideoFrame[] } {
    const rtcp: Buffer[] = [];
    const frames: AssembledFrame[] = [];
    const { localSsrc, nack } = this.#options;
    const { ask, lost } = this.#nacks.poll(now);
    if (lost.length > 0) frames.push(...this.#assembler.giveUp(lost.at(-1)!));
    if (nack && ask.length > 0) {
      rtcp.push(
        writeNack(
          localSsrc,
          this.ssrc,
          ask.map((sequence) => sequence & 0xffff),
        ),
      );
    }
    const handedOn = this.#handOn(frames, now);
    const keyframe = this.#keyframes.poll(now);
    if (keyframe === 'pli') rtcp.push(writePli(localSsrc, this.ssrc));
    else if (keyframe) rtcp.push(writeFir(localSsrc, this.ssrc, keyframe.fir));
    return { rtcp, frames: handedOn };
  }

  #handOn(frames: readonly AssembledFrame[], now: Milli): ReceivedVideoFrame[] {
    const next = this.#assembler.next;
    if (next !== undefined) this.#nacks.forgetBefore(next);
    if (frames.some(({ keyframe }) => keyframe)) this.#keyframes.satisfied();
    if (this.#assembler.needsKeyframe && this.#statistics.expected > 0) this.#keyframes.want(now);
    return frames.map((frame) => ({
      codec: frame.codec,
      data: frame.data,
      keyframe: frame.keyframe,
      rtpTime: frame.rtpTime,
      captureTime: this.#captureTime(frame),
      receivedAt: frame.receivedAt,
    }));
  }

  /** What the sender says of the frame itself comes before what its reports say of the stream. */
  #captureTime(frame: AssembledFrame): Milli {
    const fromReports = this.#capture.captureTime(frame.rtpTime, frame.firstReceivedAt);
    const { absCaptureTime, remoteClock } = this.#options;
    if (absCaptureTime === undefined) return fromReports;
    const remote = readAbsCaptureTime(frame.extensions.get(absCaptureTime));
    const local = remote === undefined ? undefined : remoteClock.toLocal(remote);
    return local === undefined ? fromReports : Math.min(local, frame.firstReceivedAt);
  }
}
