import { describe, expect, it } from 'vitest';
import { parseRtp, writeRtpHeader } from '../../../src/pipeline/accept/rtp-packet.ts';
import { seededRandom } from '../transmit/network-emulator.ts';

const HEADER = {
  payloadType: 96,
  marker: true,
  sequence: 0xfffe,
  timestamp: 0xdeadbeef,
  ssrc: 0xcafebabe,
  extensions: [
    [4, Buffer.from('0av')],
    [3, Buffer.from([1, 2])],
  ] as [number, Buffer][],
};
const payload = Buffer.from('picture');

describe('RtpPacket', () => {
  it('reads back what was written', () => {
    const packet = parseRtp(Buffer.concat([writeRtpHeader(HEADER), payload]))!;
    expect(packet).toMatchObject({
      payloadType: 96,
      marker: true,
      sequence: 0xfffe,
      timestamp: 0xdeadbeef,
      ssrc: 0xcafebabe,
      payload,
    });
    expect([...packet.extensions]).toEqual(HEADER.extensions);
  });

  it('has a bare header of twelve bytes without extensions', () => {
    const header = writeRtpHeader({ ...HEADER, extensions: [] });
    expect(header.length).toBe(12);
    expect(parseRtp(header)!.payload.length).toBe(0);
  });

  it('reads two-byte extensions, skips contributing sources and takes padding off', () => {
    const data = Buffer.from([
      0xb1, 0x60, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9, 0x10, 0x00, 0, 2, 5, 0, 20, 3, 7, 8, 9,
      0, 0xaa, 0xbb, 0, 2,
    ]);
    const packet = parseRtp(data)!;
    expect([...packet.extensions]).toEqual([
      [5, Buffer.alloc(0)],
      [20, Buffer.from([7, 8, 9])],
    ]);
    expect(packet.payload).toEqual(Buffer.from([0xaa, 0xbb]));
  });

  it('refuses what is cut off, padded beyond itself, or of another version', () => {
    const whole = Buffer.concat([writeRtpHeader(HEADER), payload]);
    for (let length = 0; length < whole.length - payload.length; length += 1) {
      expect(parseRtp(whole.subarray(0, length))).toBeUndefined();
    }
    expect(parseRtp(Buffer.from([0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]))).toBeUndefined();
    expect(parseRtp(Buffer.from([0x40, ...whole.subarray(1)]))).toBeUndefined();
  });

  it('never throws, whatever comes', () => {
    const random = seededRandom(3);
    let parsed = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const data = Buffer.from(Array.from({ length: random() * 60 }, () => random() * 256));
      if (data.length > 0) data[0] = 0x80 | (data[0]! & 0x3f);
      if (parseRtp(data)) parsed += 1;
    }
    expect(parsed).toBeGreaterThan(1000);
  });
});
