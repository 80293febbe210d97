import { describe, expect, it } from 'vitest';
import { readH264Payload } from '../../../src/pipeline/accept/h264-depacketizer.ts';
import { packetizeH264, splitAnnexB } from '../../../src/pipeline/transmit/h264-packetizer.ts';
import { MAX_PAYLOAD_BYTES } from '../../../src/pipeline/transmit/vp8-packetizer.ts';
import { seededRandom } from './network-emulator.ts';

const random = seededRandom(2);
/** Bytes without zeros: emulation prevention keeps start codes out of real units as well. */
const unit = (head: number, bytes: number) =>
  Buffer.from([head, ...Array.from({ length: bytes - 1 }, () => 1 + random() * 255)]);
const annexB = (...units: Buffer[]) =>
  Buffer.concat(units.flatMap((each) => [Buffer.from([0, 0, 0, 1]), each]));

describe('packetizeH264', () => {
  it('brings an access unit back whole through aggregates and fragments', () => {
    const source = annexB(unit(0x67, 20), unit(0x68, 6), unit(0x65, 9000), unit(0x65, 700));
    const payloads = packetizeH264(source);
    const back = Buffer.concat(payloads.flatMap((payload) => readH264Payload(payload)!.parts));
    expect(back).toEqual(source);
    expect(readH264Payload(payloads[0]!)).toMatchObject({ starts: true });
    expect(Math.max(...payloads.map(({ length }) => length))).toBeLessThanOrEqual(
      MAX_PAYLOAD_BYTES,
    );
  });

  it('aggregates parameter sets with the highest importance of theirs', () => {
    const [stap, ...rest] = packetizeH264(annexB(unit(0x27, 10), unit(0x68, 6)));
    expect(stap![0]).toBe(0x60 | 24);
    expect(rest).toEqual([]);
  });

  it('leaves a lone small unit as it is', () => {
    const slice = unit(0x41, 300);
    expect(packetizeH264(annexB(slice))).toEqual([slice]);
  });

  it('marks the first and last fragment only', () => {
    const headers = packetizeH264(annexB(unit(0x65, 4000))).map((payload) => payload[1]! & 0xe0);
    expect(headers).toEqual([0x80, 0, 0, 0x40]);
  });

  it('drops access unit delimiters', () => {
    const slice = unit(0x41, 30);
    expect(packetizeH264(annexB(Buffer.from([0x09, 0xf0]), slice))).toEqual([slice]);
  });

  it('splits at start codes of three and four bytes', () => {
    const data = Buffer.from([0, 0, 1, 0x67, 5, 0, 0, 0, 1, 0x68, 6, 0, 0, 1, 0x65, 7]);
    expect(splitAnnexB(data).map((each) => [...each])).toEqual([
      [0x67, 5],
      [0x68, 6],
      [0x65, 7],
    ]);
  });

  it('makes nothing of data without a start code', () => {
    expect(packetizeH264(Buffer.from([1, 2, 3]))).toEqual([]);
  });
});
