import { describe, expect, it } from 'vitest';
import { turnCredentials } from '../../../src/pipeline/accept/turn-credentials.ts';

const TURN = { urls: ['turn:turn.example.org:3478?transport=udp'], secret: 'north', lifetime: 600 };

describe('turnCredentials', () => {
  it('names the expiry and the user, and signs both with the shared secret', () => {
    // echo -n '1433065916:alice' | openssl dgst -sha1 -hmac north -binary | base64
    expect(turnCredentials(TURN, 'alice', 1_433_065_316_400)).toEqual({
      urls: TURN.urls,
      username: '1433065916:alice',
      credential: 'Mf4on1SFftbyvGsi4mM2Um1ZIUQ=',
    });
  });

  it('gives another password for every user and moment', () => {
    const passwords = new Set([
      turnCredentials(TURN, 'alice', 0).credential,
      turnCredentials(TURN, 'bob', 0).credential,
      turnCredentials(TURN, 'alice', 1000).credential,
    ]);
    expect(passwords.size).toBe(3);
  });

  it('refuses an empty secret and an address that is none', () => {
    expect(() => turnCredentials({ ...TURN, secret: '' }, 'alice', 0)).toThrow(/secret is empty/);
    expect(() => turnCredentials({ ...TURN, urls: ['http://x'] }, 'alice', 0)).toThrow(
      expect.objectContaining({ code: 'invalid_turn_url', value: 'http://x' }),
    );
  });
});
