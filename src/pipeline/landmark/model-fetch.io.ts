import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, writeSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { isSystemError, UnderstudyError } from '../../errors.ts';
import type { Milli } from '../../time.ts';
import { downloadOverHttp, HttpDownloadError, type TakePiece } from './http-download.io.ts';
import type { KnownModel } from './model-manifest.ts';

/**
 * - `fetch_unreachable`: no connection, or it broke; what has come stays for the next try.
 * - `fetch_refused`: the server answered, but not with the file.
 * - `fetch_checksum`: the file is not the expected one; nothing of it is kept.
 * - `fetch_unwritable`: the folder cannot be written, or the disk is full.
 */
export type ModelFetchErrorCode =
  | 'fetch_unreachable'
  | 'fetch_refused'
  | 'fetch_checksum'
  | 'fetch_unwritable';

export class ModelFetchError extends UnderstudyError<ModelFetchErrorCode> {
  override readonly name = 'ModelFetchError';
}

export interface ModelFetch {
  readonly model: KnownModel & { readonly url: string };
  /** Where the file shall be; beside it, `.part` holds what has come so far. */
  readonly path: string;
  /** Called as bytes arrive, with how many are there of all. */
  readonly onProgress?: (bytes: number, of: number) => void;
  /** Gives up after this long without a byte. */
  readonly stallAfter?: Milli;
}

/** Long enough for a slow proxy, short enough that nobody thinks the program hangs. */
const STALL: Milli = 30_000;

/**
 * Fetches a model file: resumes what an earlier try left, checks the SHA-256, and only then puts the
 * file in its place, so that a file at `path` is always whole.
 *
 * @returns whether it was already there.
 * @throws ModelFetchError
 */
export async function fetchModel(request: ModelFetch): Promise<'present' | 'fetched'> {
  try {
    return await fetchChecked(request);
  } catch (cause) {
    if (!isFileError(cause)) throw cause;
    const message = `${request.path} cannot be written.`;
    throw new ModelFetchError('fetch_unwritable', message, { value: request.path, cause });
  }
}

async function fetchChecked(request: ModelFetch): Promise<'present' | 'fetched'> {
  const { model, path } = request;
  if ((await fileSha256(path)) === model.sha256) return 'present';
  const part = `${path}.part`;
  const resumed = await download(request, part);
  let found = await fileSha256(part);
  if (found !== model.sha256 && resumed) {
    // The earlier try may have left another version's beginning: start over, once.
    await rm(part, { force: true });
    await download(request, part);
    found = await fileSha256(part);
  }
  if (found !== model.sha256) {
    await rm(part, { force: true });
    throw new ModelFetchError(
      'fetch_checksum',
      `${model.url} gave another file than expected (SHA-256 ${found}); nothing was kept.`,
      { value: found, valid: [model.sha256] },
    );
  }
  await rename(part, path);
  return 'fetched';
}

/** @returns whether it went on from an earlier try. */
async function download(request: ModelFetch, part: string): Promise<boolean> {
  const { model } = request;
  await mkdir(dirname(part), { recursive: true });
  const there = await sizeOf(part);
  if (there === model.bytes) return true;
  const from = there < model.bytes ? there : 0;
  const stall = new AbortController();
  const patience = request.stallAfter ?? STALL;
  const timer = setTimeout(() => stall.abort(new Error(`no byte for ${patience} ms`)), patience);
  let resumed = false;
  let file: number | undefined;
  try {
    await downloadOverHttp({
      url: model.url,
      headers: from > 0 ? { range: `bytes=${from}-` } : {},
      signal: stall.signal,
      answered: (response) => {
        // There is no such place in the server's file, so what is kept began another one.
        resumed = (response.statusCode === 416 && from > 0) || isRest(response, from);
        if (response.statusCode === 416 && resumed) return () => false;
        if (response.statusCode !== 200 && !resumed) throw refusal(model.url, response);
        file = openSync(part, resumed ? 'a' : 'w');
        return writing(request, file, resumed ? from : 0, () => timer.refresh());
      },
    });
    return resumed;
  } catch (cause) {
    if (!(cause instanceof HttpDownloadError)) throw cause;
    throw new ModelFetchError('fetch_unreachable', `${model.url} cannot be reached.`, {
      value: model.url,
      cause: cause.cause ?? cause,
    });
  } finally {
    clearTimeout(timer);
    if (file !== undefined) {
      fsyncSync(file);
      closeSync(file);
    }
  }
}

/** Writes each piece at once: one that waited would be lost with the connection. */
function writing(
  { model, onProgress }: ModelFetch,
  file: number,
  from: number,
  alive: () => void,
): TakePiece {
  let bytes = from;
  onProgress?.(bytes, model.bytes);
  return (piece) => {
    alive();
    for (let written = 0; written < piece.length; ) written += writeSync(file, piece, written);
    bytes += piece.length;
    onProgress?.(Math.min(bytes, model.bytes), model.bytes);
    // More than expected is another file: its checksum will say so, the rest is not wanted.
    return bytes <= model.bytes;
  };
}

function refusal(url: string, { statusCode, statusMessage }: IncomingMessage): ModelFetchError {
  return new ModelFetchError('fetch_refused', `${url} answered ${statusCode} ${statusMessage}.`, {
    value: statusCode,
    valid: [200, 206],
  });
}

/** Whether a partial answer begins at that byte (RFC 9110 §14.4). */
function isRest({ statusCode, headers }: IncomingMessage, from: number): boolean {
  const range = /^bytes (\d+)-/.exec(headers['content-range'] ?? '');
  return statusCode === 206 && range !== null && Number(range[1]) === from;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) return 0;
    throw cause;
  }
}

/** Lower-case hexadecimal, or undefined where there is no file. */
async function fileSha256(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) return undefined;
    throw cause;
  }
  return hash.digest('hex');
}

/** Only errors of the file system name their call at the top; those of the network come wrapped. */
function isFileError(cause: unknown): cause is Error {
  return cause instanceof Error && 'syscall' in cause;
}
