import { createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type SrtpKeys, srtpCipher } from '../../../src/pipeline/accept/srtp-cipher.ts';
import { seededRandom } from '../seeded-random.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** RFC 7714 §16.1. */
const AEAD: SrtpKeys = {
  encryption: createSecretKey(hex('000102030405060708090a0b0c0d0e0f')),
  salt: Buffer.from('Quid pro quo'),
  authentication: undefined,
};
/** RFC 3711 appendix B.2. */
const COUNTER: SrtpKeys = {
  encryption: createSecretKey(hex('2b7e151628aed2a6abf7158809cf4f3c')),
  salt: hex('f0f1f2f3f4f5f6f7f8f9fafbfcfd'),
  authentication: createSecretKey(Buffer.alloc(20, 7)),
};

it('seals and opens the example of RFC 7714', () => {
  const header = hex('8040f17b 8041f8d3 5501a0b2');
  const index = { ssrc: 0x5501a0b2, sequence: 0xf17b, rollover: 0 };
  const payload = Buffer.from('Gallia est omnis divisa in partes tres');
  const datagram = srtpCipher(AEAD).seal(header, payload, index);
  expect(datagram.toString('hex')).toBe(
    hex(
      '8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f ' +
        '42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce',
    ).toString('hex'),
  );
  expect(srtpCipher(AEAD).open(datagram, index)).toEqual(Buffer.concat([header, payload]));
});

it('has the key stream of RFC 3711, and its authentication over the rollover too', () => {
  const header = hex('80000000 00000000 00000000');
  const datagram = srtpCipher(COUNTER).seal(header, Buffer.alloc(48), {
    ssrc: 0,
    sequence: 0,
    rollover: 0,
  });
  expect(datagram.subarray(12, 60).toString('hex')).toBe(
    hex(
      'e03ead0935c95e80e166b16dd92b4eb4 d23513162b02d0f72a43a2fe4a5f97ab 41e95b3bb0a2e8dd477901e4fca894c0',
    ).toString('hex'),
  );
  const hmac = createHmac('sha1', Buffer.alloc(20, 7)).update(datagram.subarray(0, 60));
  expect(datagram.subarray(60)).toEqual(hmac.update(Buffer.alloc(4)).digest().subarray(0, 10));
});

describe.each([
  ['AEAD_AES_128_GCM', AEAD],
  ['AES_CM_128_HMAC_SHA1_80', COUNTER],
])('%s', (_name, keys) => {
  const index = { ssrc: 0xfedcba98, sequence: 0xfffe, rollover: 70_000 };
  /** One contributing source and one extension word. */
  const header = hex('91e0fffe 01020304 fedcba98 00000001 bede0001 10aabbcc');
  const payload = Buffer.from('a frame in a thousand pieces');

  it('leaves a header with sources and extensions readable', () => {
    const datagram = srtpCipher(keys).seal(header, payload, index);
    expect(datagram.subarray(0, header.length)).toEqual(header);
    expect(datagram.includes(payload)).toBe(false);
    expect(srtpCipher(keys).open(datagram, index)).toEqual(Buffer.concat([header, payload]));
  });

  it('opens nothing that was changed in a single bit, or counted otherwise', () => {
    const cipher = srtpCipher(keys);
    const datagram = cipher.seal(header, payload, index);
    for (let bit = 0; bit < datagram.length * 8; bit += 1) {
      const forged = Buffer.from(datagram);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      expect(cipher.open(forged, index)).toBeUndefined();
    }
    expect(cipher.open(datagram, { ...index, rollover: 70_001 })).toBeUndefined();
    expect(cipher.open(datagram, index)).toBeDefined();
  });

  it('opens nothing that is cut short or random, and throws at none of it', () => {
    const cipher = srtpCipher(keys);
    const datagram = cipher.seal(header, payload, index);
    for (let length = 0; length < datagram.length; length += 1) {
      expect(cipher.open(datagram.subarray(0, length), index)).toBeUndefined();
    }
    const random = seededRandom(3);
    for (let i = 0; i < 500; i += 1) {
      const noise = Buffer.alloc(Math.floor(random() * 80)).map(() => random() * 256);
      expect(cipher.open(Buffer.from(noise), index)).toBeUndefined();
    }
  });
});
