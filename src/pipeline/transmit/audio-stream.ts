import { type Milli, OPUS_CLOCK_HZ, type RtpTime } from '../../time.ts';
import type { OutgoingPacket } from './video-stream.ts';

export interface AudioStreamSeed {
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
}

/** A source's packets after a longer pause than this are placed by their capture time anew. */
const MAX_STEP: Milli = 60_000;
const WRAP = 2 ** 32;

/**
 * One outgoing Opus stream made of another's packets. While the source stays, its sequence holes
 * and timestamp steps are kept, so that the listener's concealment and silence handling work as
 * if it heard the source itself. Pure: time comes in.
 */
export class AudioStream {
  readonly ssrc: number;
  #sequence: number;
  #timestamp: RtpTime;
  #source: { sequence: number; rtpTime: RtpTime; outSequence: number } | undefined;
  #last: { captureTime: Milli; timestamp: RtpTime } | undefined;
  #packets = 0;
  #octets = 0;

  constructor(seed: AudioStreamSeed) {
    this.ssrc = seed.ssrc;
    this.#sequence = seed.sequence;
    this.#timestamp = seed.timestamp;
  }

  /** The next packet comes from another source: numbers run on from where they are. */
  restart(): void {
    this.#source = undefined;
  }

  /**
   * @param packet.sequence extended, of the source.
   * @returns undefined for a packet from before the switch to this source.
   */
  send(
    packet: {
      data: Buffer;
      sequence: number;
      rtpTime: RtpTime;
      marker: boolean;
      captureTime: Milli;
    },
    payloadType: number,
  ): OutgoingPacket | undefined {
    let marker = packet.marker;
    if (this.#source && packet.sequence > this.#source.sequence) {
      const step = (packet.rtpTime - this.#source.rtpTime + WRAP) % WRAP;
      if (step > (MAX_STEP / 1000) * OPUS_CLOCK_HZ) this.#source = undefined;
    }
    if (!this.#source) {
      if (this.#last) {
        const elapsed = Math.max(20, packet.captureTime - this.#last.captureTime);
        this.#timestamp =
          (this.#last.timestamp + Math.round((elapsed / 1000) * OPUS_CLOCK_HZ)) % WRAP;
        marker = true;
      }
      this.#source = {
        sequence: packet.sequence,
        rtpTime: packet.rtpTime,
        outSequence: this.#sequence,
      };
    }
    const source = this.#source;
    const ahead = packet.sequence - source.sequence;
    const timestamp = (this.#timestamp + packet.rtpTime - source.rtpTime + 2 * WRAP) % WRAP;
    const sequence = source.outSequence + ahead;
    if (ahead > 0 || this.#packets === 0 || !this.#last) {
      this.#source = { sequence: packet.sequence, rtpTime: packet.rtpTime, outSequence: sequence };
      this.#timestamp = timestamp;
      this.#sequence = (sequence + 1) & 0xffff;
    } else if (ahead === 0) {
      this.#sequence = (sequence + 1) & 0xffff;
    }
    if (!this.#last || ahead >= 0) this.#last = { captureTime: packet.captureTime, timestamp };
    this.#packets += 1;
    this.#octets += packet.data.length;
    return {
      ssrc: this.ssrc,
      payloadType,
      sequence: ((sequence % 0x1_0000) + 0x1_0000) & 0xffff,
      timestamp,
      marker,
      payload: packet.data,
    };
  }

  /** For a sender report: the RTP time of `now` on the capture clock, shared with the video. */
  report(now: Milli): { rtpTime: RtpTime; packets: number; octets: number } | undefined {
    if (!this.#last) return undefined;
    const ticks = Math.round(((now - this.#last.captureTime) / 1000) * OPUS_CLOCK_HZ);
    const rtpTime = (((this.#last.timestamp + ticks) % WRAP) + WRAP) % WRAP;
    return { rtpTime, packets: this.#packets, octets: this.#octets };
  }
}
