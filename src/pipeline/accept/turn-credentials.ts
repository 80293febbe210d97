import { createHmac } from 'node:crypto';
import { UnderstudyError } from '../../errors.ts';
import type { IceServer } from '../../signaling/protocol.ts';
import type { Milli, Seconds } from '../../time.ts';

/** Half a day: longer than any call, so that a TURN allocation never expires inside one. */
const DEFAULT_LIFETIME: Seconds = 12 * 3600;

export interface TurnSecret {
  readonly urls: readonly string[];
  /** Shared with the TURN server (coturn: static-auth-secret). */
  readonly secret: string;
  readonly lifetime?: Seconds;
}

/**
 * Time-limited TURN credentials for one user (draft-uberti-behave-turn-rest-00 §2.2): the user name
 * is the expiry and the user, the password its HMAC-SHA1 under the shared secret.
 * @param unix now, in ms since the Unix epoch.
 * @throws UnderstudyError `invalid_turn_secret`, `invalid_turn_url`.
 */
export function turnCredentials(turn: TurnSecret, user: string, unix: Milli): IceServer {
  if (turn.secret === '') {
    throw new UnderstudyError('invalid_turn_secret', 'The TURN secret is empty.');
  }
  for (const url of turn.urls) {
    if (!/^turns?:[^\s?]+(\?transport=(udp|tcp))?$/.test(url)) {
      throw new UnderstudyError('invalid_turn_url', `"${url}" is not a TURN address.`, {
        value: url,
        valid: 'turn:host[:port][?transport=udp|tcp] or turns:…',
      });
    }
  }
  const expiry = Math.floor(unix / 1000) + (turn.lifetime ?? DEFAULT_LIFETIME);
  const username = `${expiry}:${user}`;
  const credential = createHmac('sha1', turn.secret).update(username).digest('base64');
  return { urls: [...turn.urls], username, credential };
}
