import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The identities that come with the program. */
export const BUILT_IN_IDENTITIES = fileURLToPath(
  new URL('../../assets/identities', import.meta.url),
);

/** Where under the data folder things are kept. */
export const identitiesFolder = (dataFolder: string) => join(dataFolder, 'identities');
export const landmarksFolder = (dataFolder: string) => join(dataFolder, 'landmarks');
