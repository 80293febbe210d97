import { createHash } from 'node:crypto';
import { UnderstudyError } from '../../../errors.ts';

/** What an identity's id may look like; nothing else is ever joined to a path. */
const IDENTITY_ID = /^[a-z0-9-]{1,64}$/;
/** 40 bits of the content's hash: a second identity of the same name collides once in 10¹² pairs. */
const DIGEST_CHARACTERS = 10;
const MAX_SLUG_LENGTH = 40;

export function isIdentityId(text: string): boolean {
  return IDENTITY_ID.test(text);
}

/** @throws UnderstudyError `unknown_identity`: an id of another form is nobody's. */
export function assertIdentityId(id: string): void {
  if (!isIdentityId(id)) throw unknownIdentity(id);
}

export function unknownIdentity(id: string, cause?: unknown): UnderstudyError<'unknown_identity'> {
  return new UnderstudyError('unknown_identity', 'There is no such identity.', {
    value: id,
    valid: IDENTITY_ID.source,
    cause,
  });
}

/** The same name and pictures always give the same id. */
export function identityId(name: string, pictureHashes: readonly string[]): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, MAX_SLUG_LENGTH);
  const digest = sha256(new TextEncoder().encode(JSON.stringify([name, ...pictureHashes])));
  return [slug, digest.slice(0, DIGEST_CHARACTERS)].filter(Boolean).join('-');
}

/** As lower-case hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
