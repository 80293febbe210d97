import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';
import ipaddr from 'ipaddr.js';
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
  // A proxy may say what is no address.
  const network = isIP(address) === 0 ? address : networkOf(address);
  return isLoopbackName(network) ? undefined : network;
}

/** @param address such as one of IPv6 that stands for IPv4 (RFC 4291 §2.5.5.2), as a server on `::` sees it. */
function networkOf(address: string): string {
  const parsed = ipaddr.process(address);
  // Loopback is one address, not a network of them.
  if (!(parsed instanceof ipaddr.IPv6) || parsed.range() === 'loopback') return parsed.toString();
  const groups = parsed.parts.slice(0, GROUPS_OF_NETWORK);
  return `${groups.map((group) => group.toString(16)).join(':')}::/64`;
}
