import { describe, expect, it } from 'vitest';
import { EXTENSION } from '../../../src/pipeline/accept/header-extension.ts';
import { parseRtp } from '../../../src/pipeline/accept/rtp-packet.ts';
import { HeaderStamps } from '../../../src/pipeline/transmit/header-stamps.ts';

const EXTENSIONS = new Map<string, number>([
  [EXTENSION.mid, 4],
  [EXTENSION.transportSequence, 3],
  [EXTENSION.playoutDelay, 5],
]);
const PACKET = {
  ssrc: 7,
  payloadType: 96,
  sequence: 65_535,
  timestamp: 90_000,
  marker: true,
  payload: Buffer.from('payload'),
};

const read = (header: Buffer) => parseRtp(Buffer.concat([header, PACKET.payload]))!;

describe('HeaderStamps', () => {
  it('gives each packet its own number, and one header is not written over by the next', () => {
    const stamps = new HeaderStamps({ mid: 'v1', extensions: EXTENSIONS }, 'video');
    expect(stamps.counted).toBe(true);
    const headers = [0x1234, 0xffff].map((number) => stamps.header(PACKET, number));
    const [first, second] = headers.map(read);
    expect(first).toMatchObject({ ssrc: 7, payloadType: 96, sequence: 65_535, marker: true });
    expect(first!.payload).toEqual(PACKET.payload);
    expect(first!.extensions.get(4)).toEqual(Buffer.from('v1'));
    expect(first!.extensions.get(5)).toEqual(Buffer.alloc(3));
    expect([first, second].map((packet) => packet!.extensions.get(3)!.readUInt16BE())).toEqual([
      0x1234, 0xffff,
    ]);
  });

  it('asks for no playout delay of a voice', () => {
    const stamps = new HeaderStamps({ mid: 'a', extensions: EXTENSIONS }, 'audio');
    expect([...read(stamps.header(PACKET, 1)).extensions.keys()]).toEqual([4, 3]);
  });

  it('stamps nothing that was not negotiated', () => {
    const stamps = new HeaderStamps({ mid: 'a', extensions: new Map() }, 'video');
    expect(stamps.counted).toBe(false);
    expect(stamps.header(PACKET, 1)).toHaveLength(12);
  });
});
