import type { Milli, RtpTime } from '../../time.ts';
import { compactNtp } from './ntp-time.ts';
import type { ReceptionReport } from './rtcp-packet.ts';
import { Unwrapper } from './sequence.ts';

/** One stream's reception, counted as RFC 3550 §6.4.1 and appendix A want it. */
export class ReceiveStatistics {
  readonly #ssrc: number;
  readonly #clockHz: number;
  readonly #unwrapper = new Unwrapper(16);
  #first: number | undefined;
  #highest = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #jitter = 0;
  #lastTransit: number | undefined;
  #lastReport: { compact: number; at: Milli } | undefined;

  constructor(ssrc: number, clockHz: number) {
    this.#ssrc = ssrc;
    this.#clockHz = clockHz;
  }

  receive(sequence: number, timestamp: RtpTime, at: Milli): void {
    const extended = this.#unwrapper.unwrap(sequence);
    if (this.#first === undefined) {
      this.#first = extended;
      this.#highest = extended;
    }
    this.#highest = Math.max(this.#highest, extended);
    this.#received += 1;
    // Interarrival jitter, appendix A.8: only differences count, so the wrap is harmless in 32 bits.
    const transit = (Math.round((at / 1000) * this.#clockHz) - timestamp) | 0;
    if (this.#lastTransit !== undefined) {
      const difference = Math.abs((transit - this.#lastTransit) | 0);
      this.#jitter += (difference - this.#jitter) / 16;
    }
    this.#lastTransit = transit;
  }

  /** A retransmission fills a hole: the report must not call it lost. */
  recover(): void {
    this.#received += 1;
  }

  senderReport(ntp: bigint, at: Milli): void {
    this.#lastReport = { compact: compactNtp(ntp), at };
  }

  get expected(): number {
    return this.#first === undefined ? 0 : this.#highest - this.#first + 1;
  }

  get received(): number {
    return this.#received;
  }

  get jitter(): Milli {
    return (this.#jitter / this.#clockHz) * 1000;
  }

  /** The report block since the last call. */
  report(now: Milli): ReceptionReport {
    const expected = this.expected;
    const expectedInterval = expected - this.#expectedBefore;
    const receivedInterval = this.#received - this.#receivedBefore;
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    const lost = Math.max(0, expectedInterval - receivedInterval);
    return {
      ssrc: this.#ssrc,
      fractionLost:
        expectedInterval > 0 ? Math.min(255, Math.floor((lost * 256) / expectedInterval)) : 0,
      cumulativeLost: expected - this.#received,
      // The extended number counts its wraps from zero.
      highestSequence: this.#first === undefined ? 0 : this.#highest - 0x1_0000,
      jitter: Math.round(this.#jitter),
      lastSenderReport: this.#lastReport?.compact ?? 0,
      delaySinceLastSenderReport: this.#lastReport
        ? Math.round(((now - this.#lastReport.at) / 1000) * 65_536)
        : 0,
    };
  }
}
