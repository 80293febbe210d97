import { UnderstudyError } from '../errors.ts';
import type { EnrolRequest } from '../signaling/identity-api.ts';
import {
  type CatalogueEntry,
  EnrolmentPostponed,
  EnrolmentRefused,
  type IdentityCatalogue,
  type UploadedPicture,
} from '../signaling/identity-catalogue.ts';
import type { EnrolmentOutcome } from './enrolment-process.io.ts';
import type { EnrolmentTask } from './enrolment-protocol.ts';
import type { IdentityStore, StoredIdentity } from './render/identity/identity-store.io.ts';

export interface StoredIdentitiesPorts {
  readonly store: IdentityStore;
  enrol(task: EnrolmentTask, pictures: AsyncIterable<UploadedPicture>): Promise<EnrolmentOutcome>;
  /** Removes what was derived from the pictures with these hashes. */
  forgetPictures(hashes: readonly string[]): Promise<void>;
  /** Wall-clock time as ISO 8601. */
  today(): string;
  /** When the built-in identities came with the program, as ISO 8601. */
  readonly builtInSince: string;
}

/** The catalogue that HTTP and signaling see, over the store on disk and the enrolment worker. */
export class StoredIdentities implements IdentityCatalogue {
  readonly #ports: StoredIdentitiesPorts;
  readonly #listeners = new Set<(id: string) => void>();

  constructor(ports: StoredIdentitiesPorts) {
    this.#ports = ports;
  }

  async list(): Promise<readonly CatalogueEntry[]> {
    return (await this.#ports.store.list()).map((identity) => this.#entry(identity));
  }

  async find(id: string): Promise<CatalogueEntry | undefined> {
    const found = await this.#ports.store.find(id);
    return found && this.#entry(found);
  }

  async picture(id: string): Promise<Uint8Array | undefined> {
    const found = await this.#ports.store.find(id);
    return found && this.#ports.store.readExample(found, 0);
  }

  async enrol(
    { name, consent }: EnrolRequest,
    pictures: AsyncIterable<UploadedPicture>,
  ): Promise<CatalogueEntry> {
    const task = { name, consent, createdAt: this.#ports.today() };
    const outcome = await this.#ports.enrol(task, pictures).catch((cause) => {
      throw postponed(cause) ?? cause;
    });
    if ('enrolled' in outcome) return this.#entry({ record: outcome.enrolled, builtIn: false });
    const { uploader, code, message, picture } = outcome.refused;
    if (!uploader) throw new UnderstudyError(code, message);
    throw new EnrolmentRefused(code, message, picture === undefined ? {} : { picture });
  }

  async delete(id: string): Promise<void> {
    const found = await this.#ports.store.find(id);
    await this.#ports.store.delete(id);
    for (const listener of [...this.#listeners]) listener(id);
    const hashes = found?.record.examples.flatMap((example) => example.sha256 ?? []) ?? [];
    await this.#ports.forgetPictures(hashes);
  }

  onDeleted(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #entry({ record, builtIn }: StoredIdentity): CatalogueEntry {
    return {
      id: record.id,
      name: record.name,
      builtIn,
      examples: record.examples.length,
      consent: record.consent.given,
      createdAt: record.createdAt ?? this.#ports.builtInSince,
    };
  }
}

function postponed(cause: unknown): EnrolmentPostponed | undefined {
  if (!(cause instanceof UnderstudyError)) return undefined;
  const { code, message } = cause;
  if (code === 'enrolment_busy') return new EnrolmentPostponed('busy', message, { cause });
  if (code !== 'enrolment_interrupted') return undefined;
  return new EnrolmentPostponed('interrupted', message, { cause });
}
