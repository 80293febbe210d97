import { createHmac } from 'node:crypto';
import type { Milli } from '../time.ts';
import type { IceServer } from './protocol.ts';

export interface IceServerSettings {
  readonly stunUrls: readonly string[];
  readonly turnUrls: readonly string[];
  readonly turnUsername: string | undefined;
  readonly turnCredential: string | undefined;
  /** Shared with the TURN server. */
  readonly turnSecret: string | undefined;
  readonly turnTtl: Milli;
}

/**
 * Credentials that expire, as TURN servers with a shared secret check them: the user name is the
 * expiry in Unix seconds, a colon and a name, the password its HMAC-SHA1 in base64
 * (draft-uberti-behave-turn-rest-00 §2.2; coturn `use-auth-secret`).
 * @param unixNow wall-clock time: the TURN server has no part in our monotonic one.
 */
export function turnCredentials(
  secret: string,
  name: string,
  unixNow: Milli,
  ttl: Milli,
): { username: string; credential: string } {
  const username = `${Math.floor((unixNow + ttl) / 1000)}:${name}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

/** What one participant's browser gets as `iceServers`. */
export function iceServersFor(
  participant: string,
  settings: IceServerSettings,
  unixNow: Milli,
): IceServer[] {
  const servers: IceServer[] = [];
  if (settings.stunUrls.length > 0) servers.push({ urls: [...settings.stunUrls] });
  if (settings.turnUrls.length > 0) {
    const { turnSecret, turnUsername: username, turnCredential: credential, turnTtl } = settings;
    const login =
      turnSecret === undefined
        ? { ...(username && { username }), ...(credential && { credential }) }
        : turnCredentials(turnSecret, participant, unixNow, turnTtl);
    servers.push({ urls: [...settings.turnUrls], ...login });
  }
  return servers;
}
