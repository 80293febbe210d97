import type { IdentityCatalogue } from './identity-catalogue.ts';
import { Refusal } from './refusal.ts';

/** What calls ask of the identity catalogue. */
export class KnownIdentities {
  readonly #catalogue: Pick<IdentityCatalogue, 'find' | 'list'>;
  readonly #preferred: string | undefined;

  /** @param preferred who those become whose identity is deleted; else the first built-in one. */
  constructor(catalogue: Pick<IdentityCatalogue, 'find' | 'list'>, preferred: string | undefined) {
    this.#catalogue = catalogue;
    this.#preferred = preferred;
  }

  /** @throws Refusal `unknown_identity`. */
  async require(identity: string): Promise<void> {
    if (await this.has(identity)) return;
    const sentence = `There is no identity '${identity}'.`;
    throw new Refusal('unknown_identity', sentence, { value: identity });
  }

  async has(identity: string): Promise<boolean> {
    return (await this.#catalogue.find(identity)) !== undefined;
  }

  /** Who takes the place of a deleted identity; undefined when there is nobody. */
  async substituteFor(deleted: string): Promise<string | undefined> {
    const known = (await this.#catalogue.list()).filter((entry) => entry.id !== deleted);
    const preferred = known.find((entry) => entry.id === this.#preferred);
    return (preferred ?? known.find((entry) => entry.builtIn))?.id;
  }
}
