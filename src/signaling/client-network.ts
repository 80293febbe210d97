import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';
import { isLoopbackName } from './origin.ts';

/** Whose `X-Forwarded-For` is believed: a proxy on this machine says for whom it asks; nobody else is believed. */
export const TRUSTED_PROXY = 'loopback';

const isTrustedProxy = proxyAddr.compile(TRUSTED_PROXY);

/** Of IPv6 everybody has a network of this many 16-bit groups, a /64, to themselves, and each address in it. */
const GROUPS_OF_NETWORK = 4;

/**
 * What a client is counted by: its IPv4 address, or the /64 of its IPv6 address.
 * @returns undefined for this machine: its own programs, or a proxy that does not say for whom it asks; and for a
 *   client that has gone, of whom nothing will be opened.
 */
export function clientNetwork(
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
): string | undefined {
  if (request.socket.remoteAddress === undefined) return undefined;
  const address = proxyAddr(request as IncomingMessage, isTrustedProxy);
  const network = isIPv6(address) ? networkOf(address) : address;
  return isLoopbackName(network) ? undefined : network;
}

/** @param address IPv6, such as one that stands for IPv4 (RFC 4291 §2.5.5.2), as a server on `::` sees it. */
function networkOf(address: string): string {
  const groups = groupsOf(address);
  const values = groups.map((group) => Number.parseInt(group, 16));
  const [high = 0, low = 0] = values.slice(6);
  if (values.slice(0, 5).every((value) => value === 0) && values[5] === 0xffff)
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  // Loopback is one address, not a network of them.
  if (values.slice(0, 7).every((value) => value === 0) && low === 1) return '::1';
  return `${groups.slice(0, GROUPS_OF_NETWORK).join(':')}::/64`;
}

/** All eight groups in the shortest writing of each, which is the same for all writings of an address. */
function groupsOf(address: string): string[] {
  // Without the zone, which says by which of this machine's interfaces it is reached.
  const { hostname } = new URL(`http://[${address.replace(/%.*$/, '')}]`);
  const [head = '', tail = ''] = hostname.slice(1, -1).split('::');
  const before = head.split(':').filter((group) => group !== '');
  const after = tail.split(':').filter((group) => group !== '');
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}
