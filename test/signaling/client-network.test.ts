import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { clientNetwork } from '../../src/signaling/client-network.ts';
import { seededRandom } from '../pipeline/seeded-random.ts';

function networkOf(remoteAddress: string | undefined, forwarded?: string) {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return clientNetwork({ headers, socket: { remoteAddress } as IncomingMessage['socket'] });
}

describe('the network that a client is counted by', () => {
  it('is its IPv4 address, also where the server listens for IPv6', () => {
    expect(networkOf('192.0.2.7')).toBe('192.0.2.7');
    expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(networkOf('::1', '::FFFF:c000:0207')).toBe('192.0.2.7');
  });

  it('is the /64 of its IPv6 address, however that is written', () => {
    for (const address of ['2001:db8:0:1::9', '2001:DB8::1:0:0:0:2', '2001:db8:0:1:f:f:f:f'])
      expect(networkOf(address)).toBe('2001:db8:0:1::/64');
    expect(networkOf('2001:db8:0:2::9')).toBe('2001:db8:0:2::/64');
    expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  });

  it('is that of whom a proxy on this machine asks for', () => {
    for (const proxy of ['127.0.0.1', '127.8.0.1', '::1', '::ffff:127.0.0.1'])
      expect(networkOf(proxy, '192.0.2.7')).toBe('192.0.2.7');
    expect(networkOf('::1', '2001:db8::1')).toBe('2001:db8:0:0::/64');
  });

  it('is what the proxy saw, whatever the client says of itself', () => {
    expect(networkOf('127.0.0.1', '198.51.100.1, 192.0.2.7')).toBe('192.0.2.7');
    expect(networkOf('127.0.0.1', '127.0.0.1, 192.0.2.7')).toBe('192.0.2.7');
    expect(networkOf('192.0.2.7', '127.0.0.1')).toBe('192.0.2.7');
    expect(networkOf('192.0.2.7', '198.51.100.1')).toBe('192.0.2.7');
  });

  it('is none for this machine, and for a proxy on it that does not say for whom it asks', () => {
    for (const own of ['127.0.0.1', '127.8.0.1', '::1', '::ffff:127.0.0.1'])
      expect(networkOf(own)).toBeUndefined();
    expect(networkOf('127.0.0.1', '::1')).toBeUndefined();
  });

  it('is found, or taken as it is written, whatever a header says', () => {
    const random = seededRandom(9);
    const signs = '0123456789abcdef:.,% []/-;x'.repeat(2);
    for (let round = 0; round < 5_000; round++) {
      const length = Math.floor(random() * 24);
      const header = Array.from({ length }, () => signs[Math.floor(random() * signs.length)]);
      expect(() => networkOf('127.0.0.1', header.join(''))).not.toThrow();
    }
    expect(networkOf('127.0.0.1', 'unknown')).toBe('unknown');
  });

  it('is not looked for where the client has gone already', () => {
    expect(networkOf(undefined)).toBeUndefined();
  });
});
