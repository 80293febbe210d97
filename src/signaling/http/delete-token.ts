import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The secret that lets whoever enrolled an identity delete it: an HMAC over its id and time of
 * creation, so that nothing needs to be stored with it, and that a token does not outlive its
 * identity when the same pictures are enrolled again.
 */
export function deleteToken(key: Uint8Array, identity: { id: string; createdAt: string }): string {
  return createHmac('sha256', key)
    .update(`${identity.id}\n${identity.createdAt}`)
    .digest('base64url');
}

/** Compares without telling by its duration how much was right. */
export function isSameSecret(given: string, right: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}
