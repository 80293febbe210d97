import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The identities that come with the program. */
export const BUILT_IN_IDENTITIES = fileURLToPath(
  new URL('../../assets/identities', import.meta.url),
);

/** The faces and people found in their pictures by the embedded networks; made by scripts/built-in-faces.ts. */
export const BUILT_IN_FACES = fileURLToPath(new URL('../../assets/landmarks', import.meta.url));

/** The trained networks of the engine few-shot-vid2vid. */
export const FEW_SHOT_MODEL = fileURLToPath(
  new URL('../../models/few-shot-vid2vid', import.meta.url),
);

/** Where under the data folder things are kept. */
export const identitiesFolder = (dataFolder: string) => join(dataFolder, 'identities');
/**
 * What was derived from pictures, by their hashes: faces, people and kernels. The folder has the name of what it
 * held at first, and keeps it: users' pictures have theirs there.
 */
export const derivedFolder = (dataFolder: string) => join(dataFolder, 'landmarks');
