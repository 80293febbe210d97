import {
  type CatalogueEntry,
  EnrolmentRefused,
  type IdentityCatalogue,
  type UploadedPicture,
} from '../signaling/identity-catalogue.ts';
import type { EnrolRequest } from '../signaling/protocol.ts';
import type { EnrolmentOutcome } from './enrolment-process.io.ts';
import type { EnrolmentTask } from './enrolment-protocol.ts';
import type { Picture } from './picture.ts';
import type { IdentityStore, StoredIdentity } from './render/identity/identity-store.io.ts';

export interface StoredIdentitiesPorts {
  readonly store: IdentityStore;
  enrol(task: EnrolmentTask): Promise<EnrolmentOutcome>;
  decode(file: Uint8Array): Promise<Picture>;
  encode(picture: Picture): Promise<Uint8Array>;
  /** Wall-clock time as ISO 8601. */
  today(): string;
  /** When the built-in identities came with the program, as ISO 8601. */
  readonly builtInSince: string;
}

/** Pictures of the gallery kept as PNG: the built-in ones and some of one's own. */
const MAX_PICTURES = 64;

/** The catalogue that HTTP and signaling see, over the store on disk and the enrolment worker. */
export class StoredIdentities implements IdentityCatalogue {
  readonly #ports: StoredIdentitiesPorts;
  readonly #listeners = new Set<(id: string) => void>();
  readonly #pictures = new Map<string, Promise<Uint8Array>>();

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
    if (!found) return undefined;
    const there = this.#pictures.get(id);
    if (there) return there;
    const made = this.#draw(found);
    if (this.#pictures.size >= MAX_PICTURES) this.#pictures.clear();
    this.#pictures.set(id, made);
    made.catch(() => this.#pictures.delete(id));
    return made;
  }

  async enrol(
    { name, consent }: Pick<EnrolRequest, 'name' | 'consent'>,
    pictures: readonly UploadedPicture[],
  ): Promise<CatalogueEntry> {
    const outcome = await this.#ports.enrol({
      name,
      consent,
      createdAt: this.#ports.today(),
      pictures: pictures.map(({ data }) => data),
    });
    if ('enrolled' in outcome) return this.#entry({ record: outcome.enrolled, builtIn: false });
    const { uploader, code, message, picture } = outcome.refused;
    if (!uploader) throw new Error(message);
    throw new EnrolmentRefused(code, message, picture === undefined ? {} : { picture });
  }

  async delete(id: string): Promise<void> {
    await this.#ports.store.delete(id);
    this.#pictures.delete(id);
    for (const listener of [...this.#listeners]) listener(id);
  }

  onDeleted(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #draw(identity: StoredIdentity): Promise<Uint8Array> {
    const { store, decode, encode } = this.#ports;
    return encode(await decode(await store.readExample(identity, 0)));
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
