import { isIP } from 'node:net';

/** Who may talk to this server from a browser. */
export interface OriginPolicy {
  /** Origins of other pages that may, as browsers send them. */
  readonly allowed: readonly string[];
  /** The address that the server listens on is this machine's alone. */
  readonly loopback: boolean;
}

/**
 * Whether a request may be answered under this `Host`. A server on a loopback address answers
 * only to this machine's names: under any other a foreign page would count as same-origin, once
 * its name is made to resolve to 127.0.0.1 (DNS rebinding).
 */
export function isHostAllowed(host: string | undefined, policy: OriginPolicy): boolean {
  if (!policy.loopback) return true;
  const name = hostNameOf(host);
  if (name === undefined) return false;
  return isLoopbackName(name) || policy.allowed.some((origin) => new URL(origin).host === host);
}

/**
 * Whether a page of this origin may connect. Requests without one do not come from a page of
 * another site: browsers always send it with a WebSocket. The scheme is not compared, since a
 * proxy may have taken TLS off.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  policy: OriginPolicy,
): boolean {
  if (origin === undefined || policy.allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** `localhost` and the names under it (RFC 6761 §6.3), 127.0.0.0/8 and ::1. */
export function isLoopbackName(name: string): boolean {
  if (isIP(name) === 4) return name.startsWith('127.');
  return name === '::1' || name === 'localhost' || name.endsWith('.localhost');
}

function hostNameOf(host: string | undefined): string | undefined {
  const url = `http://${host}`;
  if (host === undefined || !URL.canParse(url)) return undefined;
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}
