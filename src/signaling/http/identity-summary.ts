import type { IdentitySummary } from '../identity-api.ts';
import type { CatalogueEntry } from '../identity-catalogue.ts';

/** What the network learns of an identity: field by field, whatever else the catalogue's object carries. */
export function summaryOf(entry: CatalogueEntry): IdentitySummary {
  const { id, name, builtIn, examples, consent, createdAt } = entry;
  const pictureUrl = `/api/identities/${id}/picture`;
  return { id, name, builtIn, examples, consent, createdAt, pictureUrl };
}
