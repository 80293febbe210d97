import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  enrolRequestSchema,
  enrolResponseSchema,
  httpErrorSchema,
  identitySummarySchema,
} from '../src/signaling/identity-api.ts';
import { clientMessageSchema, serverMessageSchema } from '../src/signaling/protocol.ts';
import { closeTable, errorTable } from './docs/error-tables.ts';
import { replaceRegion } from './docs/generated-region.ts';
import { messageTables, objectTable, objectTables } from './docs/schema-tables.ts';
import { settingsTables } from './docs/settings-tables.ts';
import { smoothingTable } from './docs/smoothing-table.ts';

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url));

/** The generated parts of each page, by the names between its marks. */
const PAGES: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'configuration.md': { settings: settingsTables },
  'signaling.md': {
    'messages from the client': () => messageTables(clientMessageSchema),
    'messages from the server': () => messageTables(serverMessageSchema),
    objects: objectTables,
    'error codes': errorTable,
    'closing codes': closeTable,
    'identity summary': () => objectTable(identitySummarySchema),
    'enrolment request': () => objectTable(enrolRequestSchema),
    'enrolment response': () => objectTable(enrolResponseSchema),
    'http error': () => objectTable(httpErrorSchema),
  },
  'motion.md': { smoothing: smoothingTable },
};

/** Every page that has generated parts, with these made anew from the source. */
export async function renderDocs(): Promise<{ path: string; before: string; after: string }[]> {
  return Promise.all(
    Object.entries(PAGES).map(async ([name, regions]) => {
      const path = DOCS + name;
      const before = await readFile(path, 'utf8');
      const after = Object.entries(regions).reduce(
        (page, [region, render]) => replaceRegion(page, region, render()),
        before,
      );
      return { path, before, after };
    }),
  );
}

if (import.meta.main) {
  for (const { path, before, after } of await renderDocs()) {
    if (before !== after) await writeFile(path, after);
    process.stdout.write(`${path} ${before === after ? 'is current' : 'written'}\n`);
  }
}
