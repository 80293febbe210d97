import { describe, expect, it } from 'vitest';
import { parseRtcp } from '../../../src/pipeline/accept/rtcp-packet.ts';
import {
  writeFir,
  writeNack,
  writePli,
  writeReceiverReport,
  writeSenderReport,
  writeSourceDescription,
  writeTwccFeedback,
} from '../../../src/pipeline/accept/rtcp-writer.ts';
import { seededRandom } from '../transmit/network-emulator.ts';

const REPORT = {
  ssrc: 7,
  fractionLost: 12,
  cumulativeLost: -3,
  highestSequence: 0x1_0005,
  jitter: 90,
  lastSenderReport: 0xdeadbeef,
  delaySinceLastSenderReport: 65_536,
};

describe('RtcpPacket', () => {
  it('reads back a compound of everything that is written', () => {
    const sender = { ssrc: 1, ntp: 0x0123_4567_89ab_cdefn, rtpTime: 9000, packets: 5, octets: 6 };
    const compound = Buffer.concat([
      writeSenderReport(sender),
      writeSourceDescription(1, 'anna'),
      writeReceiverReport(2, [REPORT]),
      writePli(2, 7),
      writeFir(2, 7, 300),
      writeTwccFeedback(2, 7, { base: 5, count: 1, arrivals: [100, undefined, 101.25] }),
    ]);
    expect(parseRtcp(compound)).toEqual([
      { type: 'sender-report', ...sender, reports: [] },
      { type: 'receiver-report', ssrc: 2, reports: [REPORT] },
      { type: 'pli', media: 7 },
      { type: 'fir', media: 7, sequence: 44 },
      { type: 'twcc', feedback: { base: 5, count: 1, arrivals: [100, undefined, 101.25] } },
    ]);
  });

  it('packs NACKs by sixteen followers, across the wrap', () => {
    const sequences = [65_530, 65_534, 65_535, 0, 10, 11, 200];
    const nack = writeNack(2, 7, sequences);
    expect(nack.length).toBe(12 + 3 * 4);
    expect(parseRtcp(nack)).toEqual([{ type: 'nack', media: 7, sequences }]);
  });

  it('keeps what stood before a malformed part', () => {
    const compound = Buffer.concat([writePli(2, 7), Buffer.from([0x81, 206, 0, 200, 1, 2])]);
    expect(parseRtcp(compound)).toEqual([{ type: 'pli', media: 7 }]);
  });

  it('reads a goodbye', () => {
    const bye = Buffer.from([0x82, 203, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]);
    expect(parseRtcp(bye)).toEqual([{ type: 'bye', ssrcs: [1, 2] }]);
  });

  it('never throws, whatever comes', () => {
    const random = seededRandom(5);
    let understood = 0;
    for (let i = 0; i < 30_000; i += 1) {
      const data = Buffer.from(Array.from({ length: 4 + random() * 80 }, () => random() * 256));
      data[0] = 0x80 | (data[0]! & 0x3f);
      data[1] = 200 + Math.floor(random() * 8);
      data.writeUInt16BE(Math.floor(random() * 20), 2);
      understood += parseRtcp(data).length;
    }
    expect(understood).toBeGreaterThan(1000);
  });
});
