import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError, UnderstudyError } from '../errors.ts';

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
    const key = (await readKey(path)) ?? (await makeKey(folder, path));
    if (key.length === KEY_BYTES) return key;
    throw new RangeError(`${key.length} bytes instead of ${KEY_BYTES}`);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function readKey(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Whole or not at all, and never over one that is there: another process may do the same now. */
async function makeKey(folder: string, path: string): Promise<Uint8Array> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, randomBytes(KEY_BYTES), { mode: 0o600 });
    await link(draft, path);
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path);
}

function unreadable(path: string, cause: unknown): UnderstudyError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const sentence = `The secret ${path} can be neither read nor made (${reason}): make room in its folder, or open it; a damaged one must be deleted.`;
  return new UnderstudyError('secret_unreadable', sentence, { value: path, cause });
}
