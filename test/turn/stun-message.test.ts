import { describe, expect, it } from 'vitest';
import {
  attribute,
  decodeAddress,
  encodeAddress,
  encodeStun,
  isAuthentic,
  longTermKey,
  parseStun,
} from './stun-message.ts';

const bytes = (hex: string) => Buffer.from(hex.replace(/\s/g, ''), 'hex');

/** RFC 5769 §2.1, without its ICE attributes' meaning. */
const REQUEST = bytes(`000100582112a442b7e7a701bc34d686fa87dfae
  802200105354554e207465737420636c69656e74
  002400046e0001ff80290008932ff9b151263b36
  000600096576746a3a68367659202020
  000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
  80280004e57a3bcf`);
/** RFC 5769 §2.2. */
const IPV4_RESPONSE = bytes(`0101003c2112a442b7e7a701bc34d686fa87dfae
  8022000b7465737420766563746f7220
  002000080001a147e112a643
  000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7
  80280004c07d4c96`);
/** RFC 5769 §2.3. */
const IPV6_RESPONSE = bytes(`010100482112a442b7e7a701bc34d686fa87dfae
  8022000b7465737420766563746f7220
  002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9
  00080014a382954e4be67bf11784c97c8292c275bfe3ed41
  80280004c8fb0b4c`);
/** RFC 5769 §2.4. */
const LONG_TERM_REQUEST = bytes(`000100602112a44278ad3433c6ad72c029da412e
  00060012e3839ee38388e383aae38383e382afe382b90000
  0015001c662f2f3439396b39353464364f4c33346f4c39465354767936347341
  0014000b6578616d706c652e6f726700
  00080014f67024656dd64a3e02b8e0712e85c9a28ca89666`);
const SHORT_TERM_KEY = Buffer.from('VOkJxbRl1RmTxUk/WvJxBt');
const LONG_TERM_KEY = longTermKey('マトリックス', 'example.org', 'TheMatrIX');

describe('STUN messages of RFC 5769', () => {
  it('parse, with their class and method', () => {
    expect(parseStun(REQUEST)).toMatchObject({ method: 'binding', class: 'request' });
    expect(parseStun(IPV4_RESPONSE)).toMatchObject({ method: 'binding', class: 'success' });
    // PRIORITY is ICE's, not TURN's.
    expect(parseStun(REQUEST)?.unknown).toEqual([0x0024]);
    expect(attribute(parseStun(REQUEST)!, 'username')?.toString()).toBe('evtj:h6vY');
  });

  it('prove who sent them, to who has the key', () => {
    for (const message of [REQUEST, IPV4_RESPONSE, IPV6_RESPONSE]) {
      expect(isAuthentic(message, SHORT_TERM_KEY)).toBe(true);
      expect(isAuthentic(message, LONG_TERM_KEY)).toBe(false);
    }
    expect(isAuthentic(LONG_TERM_REQUEST, LONG_TERM_KEY)).toBe(true);
  });

  it('tell addresses of both families', () => {
    const addresses = [IPV4_RESPONSE, IPV6_RESPONSE].map((data) => {
      const message = parseStun(data)!;
      return decodeAddress(attribute(message, 'xorMappedAddress')!, message.transaction);
    });
    expect(addresses).toEqual([
      { host: '192.0.2.1', port: 32853 },
      { host: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 },
    ]);
    const mapped = attribute(parseStun(IPV4_RESPONSE)!, 'xorMappedAddress');
    expect(encodeAddress({ host: '192.0.2.1', port: 32853 })).toEqual(mapped);
  });

  it('are encoded byte for byte', () => {
    const { transaction } = parseStun(LONG_TERM_REQUEST)!;
    const attributes = [
      ['username', Buffer.from('マトリックス')],
      ['nonce', Buffer.from('f//499k954d6OL34oL9FSTvy64sA')],
      ['realm', Buffer.from('example.org')],
    ] as const;
    const message = { method: 'binding', class: 'request', transaction, attributes } as const;
    expect(encodeStun(message, LONG_TERM_KEY)).toEqual(LONG_TERM_REQUEST);
  });
});

describe('what is no STUN message', () => {
  it('is refused wherever one is cut off or changed, and never throws', () => {
    for (let length = 0; length < REQUEST.length; length += 1) {
      expect(parseStun(REQUEST.subarray(0, length))).toBeUndefined();
    }
    // Up to the fingerprint's own type, which makes it another optional attribute.
    for (let at = 0; at < REQUEST.length - 8; at += 1) {
      const changed = Buffer.from(REQUEST);
      changed[at] = changed[at]! ^ 1;
      expect(parseStun(changed)).toBeUndefined();
    }
  });
});
