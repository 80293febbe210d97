import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The identities that come with the program. */
export const BUILT_IN_IDENTITIES = fileURLToPath(
  new URL('../../assets/identities', import.meta.url),
);

/** The faces found in their pictures by the embedded networks; made by scripts/built-in-landmarks.ts. */
export const BUILT_IN_LANDMARKS = fileURLToPath(new URL('../../assets/landmarks', import.meta.url));

/** Where under the data folder things are kept. */
export const identitiesFolder = (dataFolder: string) => join(dataFolder, 'identities');
export const landmarksFolder = (dataFolder: string) => join(dataFolder, 'landmarks');
