import { join } from 'node:path';
import {
  BUILT_IN_FACES,
  BUILT_IN_IDENTITIES,
  derivedFolder,
  identitiesFolder,
} from '../../src/pipeline/folders.ts';
import type { Example } from '../../src/pipeline/render/engine.ts';
import { FaceCache } from '../../src/pipeline/render/identity/face-cache.io.ts';
import { loadExamples } from '../../src/pipeline/render/identity/identity-examples.io.ts';
import { IdentityStore } from '../../src/pipeline/render/identity/identity-store.io.ts';
import { decodePicture } from '../../src/pipeline/render/identity/picture-file.io.ts';

/** The embedded network that the faces shipped with the built-in pictures were found by. */
const SHIPPED_BY = 'face_mesh_with_attention';

/**
 * Examples for some number of sessions: those of the built-in identities, in turn, each time to be
 * enrolled as another. Their faces are read, so that no network is needed to find them.
 * @param scratch an empty folder.
 */
export async function builtInExamples(count: number, scratch: string): Promise<Example[][]> {
  const store = new IdentityStore({
    builtInFolder: BUILT_IN_IDENTITIES,
    folder: identitiesFolder(join(scratch, 'data')),
  });
  const all = await store.list();
  const examples: Example[][] = [];
  for (let i = 0; i < count; i++) {
    examples.push(
      await loadExamples(all[i % all.length]!.record.id, {
        store,
        faces: new FaceCache(derivedFolder(scratch), SHIPPED_BY, BUILT_IN_FACES),
        decode: decodePicture,
        finder: { find: () => Promise.reject(new Error('no shipped face for a built-in picture')) },
      }),
    );
  }
  return examples;
}
