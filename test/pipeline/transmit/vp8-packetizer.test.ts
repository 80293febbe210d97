import { describe, expect, it } from 'vitest';
import { readVp8Payload } from '../../../src/pipeline/accept/vp8-depacketizer.ts';
import { MAX_PAYLOAD_BYTES, Vp8Packetizer } from '../../../src/pipeline/transmit/vp8-packetizer.ts';
import { seededRandom } from './network-emulator.ts';

const random = seededRandom(1);
const frame = (bytes: number) => Buffer.from(Array.from({ length: bytes }, () => random() * 256));

describe('Vp8Packetizer', () => {
  for (const bytes of [1, 1000, 1096, 1097, 5000, 30_000]) {
    it(`splits ${bytes} bytes so that they come back whole`, () => {
      const source = frame(bytes);
      const payloads = new Vp8Packetizer(0).packetize(source);
      const parts = payloads.map((payload) => readVp8Payload(payload)!);
      expect(Buffer.concat(parts.flatMap(({ parts: pieces }) => pieces))).toEqual(source);
      expect(parts.map(({ starts }) => starts)).toEqual(payloads.map((_, i) => i === 0));
      expect(Math.max(...payloads.map(({ length }) => length))).toBeLessThanOrEqual(
        MAX_PAYLOAD_BYTES,
      );
    });
  }

  it('makes the packets of a frame nearly equal', () => {
    const sizes = new Vp8Packetizer(0).packetize(frame(1200)).map(({ length }) => length);
    expect(sizes).toEqual([604, 604]);
  });

  it('counts pictures in fifteen bits', () => {
    const packetizer = new Vp8Packetizer(0x7fff);
    const ids = [1, 2].map(() => packetizer.packetize(frame(10))[0]!.readUInt16BE(2) & 0x7fff);
    expect(ids).toEqual([0x7fff, 0]);
  });

  it('reads a frame that is a view into a larger buffer', () => {
    const large = new Uint8Array([9, 9, 1, 2, 9]);
    const [payload] = new Vp8Packetizer(0).packetize(large.subarray(2, 4));
    expect([...payload!.subarray(4)]).toEqual([1, 2]);
  });
});
