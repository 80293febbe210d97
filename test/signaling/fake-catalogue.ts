import {
  type CatalogueEntry,
  EnrolmentPostponed,
  EnrolmentRefused,
  type IdentityCatalogue,
  type UploadedPicture,
} from '../../src/signaling/identity-catalogue.ts';
import { readPictures } from './uploaded-pictures.ts';

/** Identities in memory: the built-in ones `ada`, `bea` and `cem`, and whatever is enrolled. */
export class FakeCatalogue implements IdentityCatalogue {
  readonly entries = new Map<string, CatalogueEntry>();
  readonly enrolled: Buffer[][] = [];
  readonly #listeners = new Set<(id: string) => void>();

  constructor() {
    for (const id of ['ada', 'bea', 'cem']) this.add(id, true);
  }

  add(id: string, builtIn: boolean): CatalogueEntry {
    const createdAt = new Date(1_700_000_000_000 + this.entries.size).toISOString();
    const entry = { id, name: id.toUpperCase(), builtIn, examples: 1, consent: true, createdAt };
    this.entries.set(id, entry);
    return entry;
  }

  async list(): Promise<readonly CatalogueEntry[]> {
    return [...this.entries.values()];
  }

  async find(id: string): Promise<CatalogueEntry | undefined> {
    return this.entries.get(id);
  }

  async picture(id: string): Promise<Uint8Array | undefined> {
    if (!this.entries.has(id)) return undefined;
    // The first bytes of a PNG file and of a WebP file; the rest says whose it is.
    const magic = id === 'ada' ? '\u0089PNG' : 'RIFF....WEBP';
    return Buffer.from(`${magic} of ${id}`, 'latin1');
  }

  async enrol(
    identity: { name: string },
    pictures: AsyncIterable<UploadedPicture>,
  ): Promise<CatalogueEntry> {
    if (identity.name === 'In A Queue') throw new EnrolmentPostponed('busy', 'Try again.');
    const files = await readPictures(pictures);
    const faceless = files.findIndex((file) => file.length === 0);
    if (faceless >= 0) {
      throw new EnrolmentRefused('no_face', 'There is no face in it.', { picture: faceless });
    }
    if (identity.name === 'Disk Full') throw new Error('ENOSPC /data/identities');
    this.enrolled.push(files);
    return this.add(`own-${this.entries.size}`, false);
  }

  async delete(id: string): Promise<void> {
    this.entries.delete(id);
    for (const listener of this.#listeners) listener(id);
  }

  onDeleted(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
