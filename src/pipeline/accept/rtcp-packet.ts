import type { RtpTime } from '../../time.ts';
import { readTwcc, type TwccFeedback } from './twcc-feedback.ts';

/** What a receiver says of one stream (RFC 3550 §6.4.1). */
export interface ReceptionReport {
  readonly ssrc: number;
  /** Share lost since the last report, 0–255 of 256. */
  readonly fractionLost: number;
  readonly cumulativeLost: number;
  readonly highestSequence: number;
  readonly jitter: number;
  /** Middle bits of the last sender report's NTP time, 0 if none. */
  readonly lastSenderReport: number;
  /** Units of 1/65536 s. */
  readonly delaySinceLastSenderReport: number;
}

/** The RTCP packets that are understood here; others are skipped. */
export type RtcpPacket =
  | {
      readonly type: 'sender-report';
      readonly ssrc: number;
      readonly ntp: bigint;
      readonly rtpTime: RtpTime;
      readonly packets: number;
      readonly octets: number;
      readonly reports: readonly ReceptionReport[];
    }
  | {
      readonly type: 'receiver-report';
      readonly ssrc: number;
      readonly reports: readonly ReceptionReport[];
    }
  | { readonly type: 'bye'; readonly ssrcs: readonly number[] }
  /** Generic NACK (RFC 4585 §6.2.1). */
  | { readonly type: 'nack'; readonly media: number; readonly sequences: readonly number[] }
  /** Picture loss indication (RFC 4585 §6.3.1). */
  | { readonly type: 'pli'; readonly media: number }
  /** Full intra request (RFC 5104 §4.3.1); the sequence tells a repetition from a new one. */
  | { readonly type: 'fir'; readonly media: number; readonly sequence: number }
  | { readonly type: 'twcc'; readonly feedback: TwccFeedback };

const SR = 200;
const RR = 201;
const BYE = 203;
const RTPFB = 205;
const PSFB = 206;
const REPORT_BYTES = 24;

/**
 * Takes a compound packet apart. A malformed part ends the reading, what stood before it is
 * returned; never throws.
 */
export function parseRtcp(data: Buffer): RtcpPacket[] {
  const packets: RtcpPacket[] = [];
  let at = 0;
  while (at + 4 <= data.length) {
    const first = data[at]!;
    const end = at + (data.readUInt16BE(at + 2) + 1) * 4;
    if (first >> 6 !== 2 || end > data.length) break;
    const padding = first & 0x20 ? data[end - 1]! : 0;
    const body = data.subarray(at + 4, Math.max(at + 4, end - padding));
    parseOne(data[at + 1]!, first & 0x1f, body, packets);
    at = end;
  }
  return packets;
}

function parseOne(type: number, count: number, body: Buffer, out: RtcpPacket[]): void {
  if (type === SR && body.length >= 24) {
    out.push({
      type: 'sender-report',
      ssrc: body.readUInt32BE(0),
      ntp: body.readBigUInt64BE(4),
      rtpTime: body.readUInt32BE(12),
      packets: body.readUInt32BE(16),
      octets: body.readUInt32BE(20),
      reports: parseReports(body.subarray(24), count),
    });
  } else if (type === RR && body.length >= 4) {
    out.push({
      type: 'receiver-report',
      ssrc: body.readUInt32BE(0),
      reports: parseReports(body.subarray(4), count),
    });
  } else if (type === BYE) {
    const ssrcs: number[] = [];
    for (let i = 0; i < count && i * 4 + 4 <= body.length; i += 1) {
      ssrcs.push(body.readUInt32BE(i * 4));
    }
    out.push({ type: 'bye', ssrcs });
  } else if ((type === RTPFB || type === PSFB) && body.length >= 8) {
    parseFeedback(type, count, body.readUInt32BE(4), body.subarray(8), out);
  }
}

function parseReports(data: Buffer, count: number): ReceptionReport[] {
  const reports: ReceptionReport[] = [];
  for (let i = 0; i < count && (i + 1) * REPORT_BYTES <= data.length; i += 1) {
    const at = i * REPORT_BYTES;
    reports.push({
      ssrc: data.readUInt32BE(at),
      fractionLost: data[at + 4]!,
      cumulativeLost: data.readIntBE(at + 5, 3),
      highestSequence: data.readUInt32BE(at + 8),
      jitter: data.readUInt32BE(at + 12),
      lastSenderReport: data.readUInt32BE(at + 16),
      delaySinceLastSenderReport: data.readUInt32BE(at + 20),
    });
  }
  return reports;
}

function parseFeedback(
  type: number,
  format: number,
  media: number,
  fci: Buffer,
  out: RtcpPacket[],
): void {
  if (type === RTPFB && format === 1) {
    const sequences: number[] = [];
    for (let at = 0; at + 4 <= fci.length; at += 4) {
      const first = fci.readUInt16BE(at);
      const mask = fci.readUInt16BE(at + 2);
      sequences.push(first);
      for (let bit = 0; bit < 16; bit += 1) {
        if (mask & (1 << bit)) sequences.push((first + bit + 1) & 0xffff);
      }
    }
    out.push({ type: 'nack', media, sequences });
  } else if (type === RTPFB && format === 15) {
    const feedback = readTwcc(fci);
    if (feedback) out.push({ type: 'twcc', feedback });
  } else if (type === PSFB && format === 1) {
    out.push({ type: 'pli', media });
  } else if (type === PSFB && format === 4) {
    for (let at = 0; at + 8 <= fci.length; at += 8) {
      out.push({ type: 'fir', media: fci.readUInt32BE(at), sequence: fci[at + 4]! });
    }
  }
}
