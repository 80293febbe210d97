import type { RtpTime } from '../../time.ts';
import type { ReceptionReport } from './rtcp-packet.ts';
import { type TwccFeedback, writeTwcc } from './twcc-feedback.ts';

/** Writers of the RTCP packets that are sent here; concatenate them to make a compound packet. */

function packet(type: number, count: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head[0] = 0x80 | count;
  head[1] = type;
  head.writeUInt16BE(body.length / 4, 2);
  return Buffer.concat([head, body]);
}

function writeReports(reports: readonly ReceptionReport[]): Buffer {
  const out = Buffer.alloc(reports.length * 24);
  reports.forEach((report, i) => {
    const at = i * 24;
    out.writeUInt32BE(report.ssrc, at);
    out[at + 4] = report.fractionLost;
    out.writeIntBE(Math.max(-0x80_0000, Math.min(0x7f_ffff, report.cumulativeLost)), at + 5, 3);
    out.writeUInt32BE(report.highestSequence >>> 0, at + 8);
    out.writeUInt32BE(report.jitter >>> 0, at + 12);
    out.writeUInt32BE(report.lastSenderReport >>> 0, at + 16);
    out.writeUInt32BE(report.delaySinceLastSenderReport >>> 0, at + 20);
  });
  return out;
}

export function writeSenderReport(report: {
  ssrc: number;
  ntp: bigint;
  rtpTime: RtpTime;
  packets: number;
  octets: number;
}): Buffer {
  const body = Buffer.alloc(24);
  body.writeUInt32BE(report.ssrc, 0);
  body.writeBigUInt64BE(report.ntp, 4);
  body.writeUInt32BE(report.rtpTime >>> 0, 12);
  body.writeUInt32BE(report.packets >>> 0, 16);
  body.writeUInt32BE(report.octets >>> 0, 20);
  return packet(200, 0, body);
}

/** At most 31 reports fit (RFC 3550 §6.4.2). */
export function writeReceiverReport(ssrc: number, reports: readonly ReceptionReport[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(ssrc);
  return packet(201, reports.length, Buffer.concat([head, writeReports(reports)]));
}

/** SDES with the CNAME that ties a participant's audio and video together (RFC 3550 §6.5.1). */
export function writeSourceDescription(ssrc: number, cname: string): Buffer {
  const name = Buffer.from(cname, 'utf8').subarray(0, 255);
  // The item list ends with at least one zero byte and is padded to a word.
  const body = Buffer.alloc(Math.ceil((4 + 2 + name.length + 1) / 4) * 4);
  body.writeUInt32BE(ssrc, 0);
  body[4] = 1;
  body[5] = name.length;
  name.copy(body, 6);
  return packet(202, 1, body);
}

function feedback(type: number, format: number, sender: number, media: number, fci: Buffer) {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(sender, 0);
  head.writeUInt32BE(media, 4);
  return packet(type, format, Buffer.concat([head, fci]));
}

/** @param sequences 16 bit, in rising order across a wrap. */
export function writeNack(sender: number, media: number, sequences: readonly number[]): Buffer {
  const pairs: [number, number][] = [];
  for (const sequence of sequences) {
    const last = pairs.at(-1);
    const distance = last ? (sequence - last[0] - 1) & 0xffff : 0xffff;
    if (last && distance < 16) last[1] |= 1 << distance;
    else pairs.push([sequence, 0]);
  }
  const fci = Buffer.alloc(pairs.length * 4);
  pairs.forEach(([first, mask], i) => {
    fci.writeUInt16BE(first, i * 4);
    fci.writeUInt16BE(mask, i * 4 + 2);
  });
  return feedback(205, 1, sender, media, fci);
}

export function writeTwccFeedback(sender: number, media: number, content: TwccFeedback): Buffer {
  return feedback(205, 15, sender, media, writeTwcc(content));
}

export function writePli(sender: number, media: number): Buffer {
  return feedback(206, 1, sender, media, Buffer.alloc(0));
}

/** RFC 5104 §4.3.1: the media SSRC of the header is zero, the target stands in the entry. */
export function writeFir(sender: number, media: number, sequence: number): Buffer {
  const fci = Buffer.alloc(8);
  fci.writeUInt32BE(media, 0);
  fci[4] = sequence & 0xff;
  return feedback(206, 4, sender, 0, fci);
}
