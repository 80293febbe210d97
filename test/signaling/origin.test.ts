import { describe, expect, it } from 'vitest';
import { isHostAllowed, isOriginAllowed } from '../../src/signaling/origin.ts';

const LOOPBACK = { allowed: [], loopback: true };
const OPEN = { allowed: [], loopback: false };
const PROXIED = { allowed: ['https://call.example'], loopback: true };

describe('host names', () => {
  it.each(['localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'app.localhost'])(
    'of this machine are answered: %s',
    (host) => expect(isHostAllowed(host, LOOPBACK)).toBe(true),
  );

  it.each([undefined, '', 'rebound.example:8080', '127.0.0.1.example', '10.0.0.1', 'a b'])(
    'of others are not, on a loopback address: %s',
    (host) => expect(isHostAllowed(host, LOOPBACK)).toBe(false),
  );

  it('of a proxy are answered when its origin is allowed', () => {
    expect(isHostAllowed('call.example', PROXIED)).toBe(true);
    expect(isHostAllowed('other.example', PROXIED)).toBe(false);
  });

  it('do not matter on an open address', () => {
    expect(isHostAllowed('call.example', OPEN)).toBe(true);
  });
});

describe('origins', () => {
  it('are allowed when they are the server’s own, behind TLS or not', () => {
    expect(isOriginAllowed('http://localhost:8080', 'localhost:8080', LOOPBACK)).toBe(true);
    expect(isOriginAllowed('https://call.example', 'call.example', OPEN)).toBe(true);
  });

  it.each(['https://other.example', 'http://localhost:9090', 'null', 'file://', ''])(
    'of other pages are refused: %s',
    (origin) => expect(isOriginAllowed(origin, 'localhost:8080', LOOPBACK)).toBe(false),
  );

  it('are allowed when listed, and when there is none', () => {
    expect(isOriginAllowed('https://call.example', '127.0.0.1:8080', PROXIED)).toBe(true);
    expect(isOriginAllowed(undefined, 'localhost:8080', LOOPBACK)).toBe(true);
  });
});
