import { createHmac } from 'node:crypto';
import type { Milli } from '../../src/time.ts';

/** @returns the password of a user who may come in, undefined for anybody else. */
export type TurnUsers = (username: string, unixNow: Milli) => string | undefined;

/**
 * Users that a shared secret stands for: a name is the second it expires at, a colon and anything, its
 * password the name's HMAC-SHA1 in base64 (draft-uberti-behave-turn-rest-00 §2.2).
 */
export function sharedSecretUsers(secret: string): TurnUsers {
  return (username, unixNow) => {
    const expiry = Number(/^(\d+):/.exec(username)?.[1] ?? 0) * 1000;
    if (expiry <= unixNow) return undefined;
    return createHmac('sha1', secret).update(username).digest('base64');
  };
}
