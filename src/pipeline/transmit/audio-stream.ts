import { type Milli, OPUS_CLOCK_HZ, type RtpTime } from '../../time.ts';
import type { OutgoingPacket } from './video-stream.ts';

export interface AudioStreamSeed {
  readonly ssrc: number;
  /** Random starting points (RFC 3550 §5.1). */
  readonly sequence: number;
  readonly timestamp: RtpTime;
}

/** A packet of the source that is passed on. */
export interface SourceAudioPacket {
  readonly data: Buffer;
  /** Extended. */
  readonly sequence: number;
  readonly rtpTime: RtpTime;
  readonly marker: boolean;
  readonly captureTime: Milli;
}

/** Twenty seconds of packets lost at a stroke, or a timestamp that far off: another source. */
const MAX_SEQUENCE_STEP = 1000;
const MAX_TIMESTAMP_STEP = 60 * OPUS_CLOCK_HZ;
/** What Opus in a browser sends per packet; the least that two sources are apart. */
const PACKET_TIME: Milli = 20;
const WRAP = 2 ** 32;

/**
 * One outgoing Opus stream made of another's packets. While the source stays, its sequence holes
 * and timestamp steps are kept, so that the listener's concealment and silence handling work as
 * if it heard the source itself. Pure: time comes in.
 */
export class AudioStream {
  readonly ssrc: number;
  readonly #seed: AudioStreamSeed;
  /** Where the source's numbering meets ours; our numbers do not wrap in here. */
  #anchor: { from: SourceAudioPacket; sequence: number; timestamp: number } | undefined;
  #newest: { from: SourceAudioPacket; sequence: number; timestamp: number } | undefined;
  #packets = 0;
  #octets = 0;

  constructor(seed: AudioStreamSeed) {
    this.ssrc = seed.ssrc;
    this.#seed = seed;
  }

  /** The next packet comes from another source: numbers run on from where they are. */
  restart(): void {
    this.#anchor = undefined;
  }

  send(packet: SourceAudioPacket, payloadType: number): OutgoingPacket {
    if (this.#newest && isOtherSource(this.#newest.from, packet)) this.#anchor = undefined;
    const joins = this.#anchor === undefined && this.#newest !== undefined;
    this.#anchor ??= this.#join(packet);
    const { from } = this.#anchor;
    const sequence = this.#anchor.sequence + packet.sequence - from.sequence;
    const timestamp = this.#anchor.timestamp + ((packet.rtpTime - from.rtpTime) | 0);
    if (!this.#newest || sequence > this.#newest.sequence) {
      this.#newest = { from: packet, sequence, timestamp };
      // A long call's timestamps outrun the 32 bits in which steps are taken.
      this.#anchor = this.#newest;
    }
    this.#packets += 1;
    this.#octets += packet.data.length;
    return {
      ssrc: this.ssrc,
      payloadType,
      sequence: sequence & 0xffff,
      timestamp: wrap(timestamp),
      // The listener's buffer may start afresh here (RFC 3551 §4.1).
      marker: packet.marker || joins,
      payload: packet.data,
    };
  }

  /** For a sender report: the RTP time of `now` on the capture clock, shared with the video. */
  report(now: Milli): { rtpTime: RtpTime; packets: number; octets: number } | undefined {
    if (!this.#newest) return undefined;
    const { from, timestamp } = this.#newest;
    const rtpTime = wrap(timestamp + ticks(now - from.captureTime));
    return { rtpTime, packets: this.#packets, octets: this.#octets };
  }

  #join(packet: SourceAudioPacket) {
    if (!this.#newest) return { ...this.#seed, from: packet };
    const elapsed = Math.max(PACKET_TIME, packet.captureTime - this.#newest.from.captureTime);
    const { sequence, timestamp } = this.#newest;
    return { from: packet, sequence: sequence + 1, timestamp: timestamp + ticks(elapsed) };
  }
}

function isOtherSource(last: SourceAudioPacket, next: SourceAudioPacket): boolean {
  const step = (next.rtpTime - last.rtpTime) | 0;
  return (
    Math.abs(next.sequence - last.sequence) > MAX_SEQUENCE_STEP ||
    Math.abs(step) > MAX_TIMESTAMP_STEP
  );
}

const ticks = (time: Milli) => Math.round((time * OPUS_CLOCK_HZ) / 1000);
const wrap = (timestamp: number): RtpTime => ((timestamp % WRAP) + WRAP) % WRAP;
