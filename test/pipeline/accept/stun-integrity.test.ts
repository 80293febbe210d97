import { describe, expect, it } from 'vitest';
import { verifyStunIntegrity } from '../../../src/pipeline/accept/stun-integrity.ts';

/** The sample request of RFC 5769 §2.1. */
const REQUEST = Buffer.from(
  `000100582112a442b7e7a701bc34d686fa87dfae
   802200105354554e207465737420636c69656e74
   002400046e0001ff80290008932ff9b151263b36
   000600096576746a3a68367659202020
   000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
   80280004e57a3bcf`.replace(/\s/g, ''),
  'hex',
);
const PASSWORD = 'VOkJxbRl1RmTxUk/WvJxBt';

describe('verifyStunIntegrity', () => {
  it('accepts the sample of RFC 5769', () => {
    expect(verifyStunIntegrity(REQUEST, PASSWORD)).toBe(true);
  });

  it('refuses another password, a changed byte, and a message without the attribute', () => {
    expect(verifyStunIntegrity(REQUEST, 'wrong')).toBe(false);
    for (let at = 0; at < REQUEST.length - 8; at += 1) {
      // The length stands for the whole message and is taken as up to the attribute.
      if (at === 2 || at === 3) continue;
      const changed = Buffer.from(REQUEST);
      changed[at] = changed[at]! ^ 1;
      expect(verifyStunIntegrity(changed, PASSWORD)).toBe(false);
    }
    expect(verifyStunIntegrity(REQUEST.subarray(0, 20), PASSWORD)).toBe(false);
  });

  it('never throws on a message that is cut off', () => {
    for (let length = 0; length < REQUEST.length - 8; length += 1) {
      expect(verifyStunIntegrity(REQUEST.subarray(0, length), PASSWORD)).toBe(false);
    }
  });
});
