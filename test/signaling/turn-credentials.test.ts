import { describe, expect, it } from 'vitest';
import { iceServersFor, turnCredentials } from '../../src/signaling/turn-credentials.ts';

const NONE = {
  stunUrls: [],
  turnUrls: [],
  turnUsername: undefined,
  turnCredential: undefined,
  turnSecret: undefined,
  turnTtl: 3_600_000,
};

describe('TURN credentials', () => {
  it('are the HMAC-SHA1 of expiry and name', () => {
    // printf 1700003600:p-1 | openssl dgst -sha1 -hmac north -binary | base64
    expect(turnCredentials('north', 'p-1', 1_700_000_000_000, 3_600_000)).toEqual({
      username: '1700003600:p-1',
      credential: '+TLOT+gklalCRiy/oNb+9AYUlAs=',
    });
  });
});

describe('ICE servers', () => {
  it('are none where none are configured', () => {
    expect(iceServersFor('p', NONE, 0)).toEqual([]);
  });

  it('have STUN without and TURN with credentials', () => {
    const turn = { turnUrls: ['turn:t.example'], turnUsername: 'u', turnCredential: 'c' };
    expect(iceServersFor('p', { ...NONE, stunUrls: ['stun:s.example'], ...turn }, 0)).toEqual([
      { urls: ['stun:s.example'] },
      { urls: ['turn:t.example'], username: 'u', credential: 'c' },
    ]);
  });

  it('have credentials of their own for each participant where a secret is shared', () => {
    const settings = { ...NONE, turnUrls: ['turn:t.example'], turnSecret: 'north' };
    const [first] = iceServersFor('p', settings, 0);
    const [second] = iceServersFor('q', settings, 0);
    expect(first?.username).toBe('3600:p');
    expect(first?.credential).not.toBe(second?.credential);
    expect(JSON.stringify([first, second])).not.toContain('north');
  });
});
