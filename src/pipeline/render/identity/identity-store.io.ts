import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UnderstudyError } from '../../../errors.ts';
import { EnrolmentError } from './enrolment-check.ts';
import { assertIdentityId, isIdentityId, sha256, unknownIdentity } from './identity-id.ts';
import { type IdentityRecord, identityRecordSchema } from './identity-record.ts';

const RECORD_FILE = 'identity.json';
/** Folders that begin so are half written or half deleted; no id can look like one. */
const UNFINISHED = '.unfinished-';
/** No file of an identity comes near it: larger ones were put there by somebody else. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

export interface StoredIdentity {
  readonly record: IdentityRecord;
  readonly builtIn: boolean;
}

export interface IdentityStoreOptions {
  /** Identities that come with the program; only read. */
  readonly builtInFolder: string;
  /** Where identities are kept, a folder each; made when first needed. */
  readonly folder: string;
  /** An entry that cannot be used: skipped, and told once, not to whoever asks for the list again and again. */
  readonly onUnusable?: (id: string, cause: unknown) => void;
}

/**
 * Identities on disk: a folder each, named by id, with a record and picture files named by the
 * hash of their content. A folder appears whole or not at all. Links are not followed, and no id
 * of another form than an identity's is ever made part of a path.
 */
export class IdentityStore {
  readonly #options: IdentityStoreOptions;
  readonly #told = new Set<string>();

  constructor(options: IdentityStoreOptions) {
    this.#options = options;
  }

  /** Removes what a crash left half done. To be called once, by the one process that writes. */
  async recover(): Promise<void> {
    for (const name of await folderNames(this.#options.folder))
      if (name.startsWith(UNFINISHED))
        await rm(join(this.#options.folder, name), { recursive: true, force: true });
  }

  /** Built-in ones first, by id; then one's own by the time they were made. */
  async list(): Promise<readonly StoredIdentity[]> {
    const builtIn = await this.#readAll(this.#options.builtInFolder, true);
    const ids = new Set(builtIn.map(({ record }) => record.id));
    const own = (await this.#readAll(this.#options.folder, false)).filter(
      ({ record }) => !ids.has(record.id),
    );
    builtIn.sort((a, b) => a.record.id.localeCompare(b.record.id));
    own.sort((a, b) => madeAt(a).localeCompare(madeAt(b)));
    return [...builtIn, ...own];
  }

  async find(id: string): Promise<StoredIdentity | undefined> {
    if (!isIdentityId(id)) return undefined;
    for (const [folder, builtIn] of this.#folders()) {
      const record = await this.#tryRead(folder, id);
      if (record) return { record, builtIn };
    }
    return undefined;
  }

  /**
   * The bytes of one example's picture file.
   * @throws UnderstudyError `unknown_identity`, `identity_corrupt`.
   */
  async readExample(identity: StoredIdentity, index: number): Promise<Uint8Array> {
    const { record, builtIn } = identity;
    const example = record.examples[index];
    if (!example) throw unknownIdentity(record.id);
    const parent = builtIn ? this.#options.builtInFolder : this.#options.folder;
    const bytes = await readPlainFile(join(parent, record.id, example.file)).catch((cause) => {
      throw unknownIdentity(record.id, cause);
    });
    if (example.sha256 !== undefined && sha256(bytes) !== example.sha256) {
      throw new UnderstudyError(
        'identity_corrupt',
        `A picture of the identity was changed on disk: ${example.file} is not what it was.`,
        { value: sha256(bytes), valid: example.sha256 },
      );
    }
    return bytes;
  }

  /**
   * Keeps an identity: when this resolves it is on disk, whole. One that is there is somebody's: whoever comes
   * with its name and its pictures, which everybody can see, must not be taken for them.
   * @throws EnrolmentError `already_enrolled`; UnderstudyError `unknown_identity`, `identity_not_kept`.
   */
  async add(
    record: IdentityRecord,
    pictures: ReadonlyMap<string, Uint8Array>,
  ): Promise<StoredIdentity> {
    assertIdentityId(record.id);
    if (await this.find(record.id)) throw alreadyEnrolled(record.id);
    const { folder } = this.#options;
    const draft = join(folder, `${UNFINISHED}${randomUUID()}`);
    await mkdir(draft, { recursive: true });
    try {
      for (const [file, bytes] of pictures) await writeDurably(join(draft, file), bytes);
      const json = JSON.stringify(identityRecordSchema.parse(record), null, 2);
      await writeDurably(join(draft, RECORD_FILE), new TextEncoder().encode(json));
      await rename(draft, join(folder, record.id));
    } catch (cause) {
      await rm(draft, { recursive: true, force: true });
      // Somebody added the same content meanwhile.
      if (await this.find(record.id)) throw alreadyEnrolled(record.id);
      // Told by its code: the cause stays behind where an error crosses to another process.
      const reason = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : '';
      const sentence = `The identity could not be stored${reason}.`;
      throw new UnderstudyError('identity_not_kept', sentence, { value: folder, cause });
    }
    return { record, builtIn: false };
  }

  /**
   * Removes an identity with its pictures and its consent record.
   * @throws UnderstudyError `unknown_identity`, `identity_built_in`.
   */
  async delete(id: string): Promise<void> {
    const found = await this.find(id);
    if (!found) throw unknownIdentity(id);
    if (found.builtIn) {
      throw new UnderstudyError('identity_built_in', 'Built-in identities cannot be deleted.', {
        value: id,
      });
    }
    // Renamed first: from this instant nobody finds it, however long the removal takes.
    const gone = join(this.#options.folder, `${UNFINISHED}${randomUUID()}`);
    if (!(await renamed(join(this.#options.folder, id), gone))) throw unknownIdentity(id);
    await rm(gone, { recursive: true, force: true });
  }

  #folders(): [string, boolean][] {
    return [
      [this.#options.builtInFolder, true],
      [this.#options.folder, false],
    ];
  }

  async #readAll(folder: string, builtIn: boolean): Promise<StoredIdentity[]> {
    const all: StoredIdentity[] = [];
    for (const id of (await folderNames(folder)).filter(isIdentityId)) {
      const record = await this.#tryRead(folder, id);
      if (record) all.push({ record, builtIn });
    }
    return all;
  }

  async #tryRead(folder: string, id: string): Promise<IdentityRecord | undefined> {
    try {
      const record = await readRecord(folder, id);
      this.#told.delete(id);
      return record;
    } catch (cause) {
      if (!this.#told.has(id)) this.#options.onUnusable?.(id, cause);
      this.#told.add(id);
      return undefined;
    }
  }
}

function alreadyEnrolled(id: string): EnrolmentError {
  const sentence =
    'There is an identity of this name with these pictures already: choose that one, or another name.';
  return new EnrolmentError('already_enrolled', sentence, { value: id });
}

const madeAt = ({ record }: StoredIdentity) => record.createdAt ?? '';

async function readRecord(folder: string, id: string): Promise<IdentityRecord | undefined> {
  const status = await lstat(join(folder, id)).catch(unlessMissing);
  if (!status?.isDirectory()) return undefined;
  const bytes = await readPlainFile(join(folder, id, RECORD_FILE));
  const record = identityRecordSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  if (record.id === id) return record;
  throw new UnderstudyError('identity_corrupt', 'The record is of another identity.', {
    value: record.id,
    valid: id,
  });
}

async function readPlainFile(path: string): Promise<Uint8Array> {
  const status = await lstat(path);
  if (!status.isFile() || status.size > MAX_FILE_BYTES) {
    throw new UnderstudyError('identity_corrupt', 'There is something other than a plain file.', {
      value: path,
    });
  }
  return readFile(path);
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** @returns false where there is nothing: another deletion came first. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (cause) {
    unlessMissing(cause as NodeJS.ErrnoException);
    return false;
  }
}

async function folderNames(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(unlessMissing)) ?? [];
}

function unlessMissing(cause: NodeJS.ErrnoException): undefined {
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
  throw cause;
}
