import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UnderstudyError } from '../errors.ts';

/** As many as the HMAC's output (RFC 2104 §3). */
const KEY_BYTES = 32;

/**
 * A random key that outlives restarts: read from `<data>/secrets/<name>`, made on first use.
 * @throws UnderstudyError `secret_unreadable`.
 */
export async function loadSecretKey(data: string, name: string): Promise<Uint8Array> {
  const folder = join(data, 'secrets');
  const path = join(folder, name);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await makeKey(path);
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause) || cause.code !== 'EEXIST') {
      throw unreadable(path, cause);
    }
  }
  const key = await readFile(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (key.length === KEY_BYTES) return key;
  throw unreadable(path, new RangeError(`${key.length} bytes instead of ${KEY_BYTES}`));
}

/** Whole or not at all, and never over one that is there: another process may do the same now. */
async function makeKey(path: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, randomBytes(KEY_BYTES), { mode: 0o600 });
    await link(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

function unreadable(path: string, cause: unknown): UnderstudyError {
  const sentence = `The secret ${path} can be neither read nor made: delete it or open its folder.`;
  return new UnderstudyError('secret_unreadable', sentence, { value: path, cause });
}
