import { type Milli, OPUS_CLOCK_HZ, type RtpTime } from '../../time.ts';
import { CaptureClock, type RemoteClock } from './capture-clock.ts';
import { ReceiveStatistics } from './receive-statistics.ts';
import type { ReceptionReport } from './rtcp-packet.ts';
import type { RtpPacket } from './rtp-packet.ts';
import { Unwrapper } from './sequence.ts';
import { SkippedTime } from './skipped-time.ts';

/** One Opus packet as it came; passed through, never decoded. The receiver owns `data`. */
export interface ReceivedAudioPacket {
  readonly data: Buffer;
  /** Extended: rises by one a packet, holes are packets that have not come. */
  readonly sequence: number;
  readonly rtpTime: RtpTime;
  /** The first packet after silence (RFC 7587 §4.2, RFC 3551 §4.1). */
  readonly marker: boolean;
  /** When it was captured, on our monotonic clock. */
  readonly captureTime: Milli;
  readonly receivedAt: Milli;
}

/** Opus frames last up to 120 ms: a larger packet is none. */
const MAX_PACKET_BYTES = 1500;
const REPLAY_WINDOW = 64;

/** One inbound audio stream. Order and loss are left to the listener's jitter buffer. */
export class AudioReceiver {
  readonly ssrc: number;
  readonly #unwrapper = new Unwrapper(16);
  readonly #statistics: ReceiveStatistics;
  readonly #remoteClock: RemoteClock;
  readonly #capture: CaptureClock;
  readonly #skipped = new SkippedTime();
  #highest = -1;

  constructor(ssrc: number, remoteClock: RemoteClock) {
    this.ssrc = ssrc;
    this.#statistics = new ReceiveStatistics(ssrc, OPUS_CLOCK_HZ);
    this.#remoteClock = remoteClock;
    this.#capture = new CaptureClock(OPUS_CLOCK_HZ, remoteClock);
  }

  get statistics(): ReceiveStatistics {
    return this.#statistics;
  }

  receive(packet: RtpPacket, now: Milli): ReceivedAudioPacket | undefined {
    this.#statistics.receive(packet.sequence, packet.timestamp, now);
    const sequence = this.#unwrapper.unwrap(packet.sequence);
    if (this.#highest >= 0 && sequence <= this.#highest - REPLAY_WINDOW) return undefined;
    this.#highest = Math.max(this.#highest, sequence);
    if (packet.payload.length === 0 || packet.payload.length > MAX_PACKET_BYTES) return undefined;
    return {
      data: packet.payload,
      sequence,
      rtpTime: packet.timestamp,
      marker: packet.marker,
      captureTime: this.#skipped.correct(
        this.#capture.captureTime(packet.timestamp, now),
        now,
        this.#remoteClock.congestion,
      ),
      receivedAt: now,
    };
  }

  senderReport(ntp: bigint, rtpTime: RtpTime, now: Milli): void {
    this.#statistics.senderReport(ntp, now);
    this.#capture.senderReport(ntp, rtpTime, now);
    this.#skipped.reported();
  }

  report(now: Milli): ReceptionReport {
    return this.#statistics.report(now);
  }
}
