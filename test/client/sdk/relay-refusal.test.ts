import { describe, expect, it } from 'vitest';
import { relayMissing, relayRefusal } from '../../../src/client/sdk/relay-refusal.ts';

const url = 'turn:t.example:3478?transport=udp';

describe('a relay that is refused', () => {
  it('is named with the TURN server’s own reason', () => {
    const error = relayRefusal({ url, errorCode: 401, errorText: 'Unauthorized' });
    expect(error?.code).toBe('no_relay');
    expect(error?.message).toBe(`The relay ${url} refuses this call: 401, Unauthorized.`);
    expect(error?.value).toEqual({ url, errorCode: 401 });
    expect(relayRefusal({ url, errorCode: 486, errorText: '' })?.message).toMatch(/486\.$/);
  });

  it('is told from one that does not answer', () => {
    const error = relayRefusal({ url, errorCode: 701, errorText: 'TURN allocate timed out.' });
    expect(error?.message).toBe(`The relay ${url} cannot be reached.`);
  });

  it('is none where a STUN server gave no answer: there are other ways', () => {
    const stun = { url: 'stun:s.example', errorCode: 701, errorText: '' };
    expect(relayRefusal(stun)).toBeUndefined();
  });

  it('can be one that the server has not got', () => {
    expect(relayMissing().code).toBe('no_relay');
  });
});
