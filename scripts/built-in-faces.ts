import { rm } from 'node:fs/promises';
import { BUILT_IN_FACES, BUILT_IN_IDENTITIES } from '../src/pipeline/folders.ts';
import { openLandmarkModel } from '../src/pipeline/landmark/landmark-model.io.ts';
import type { FaceLandmarks } from '../src/pipeline/landmark/landmarks.ts';
import { checkFaces } from '../src/pipeline/render/identity/enrolment-check.ts';
import { FaceCache } from '../src/pipeline/render/identity/face-cache.io.ts';
import { sha256 } from '../src/pipeline/render/identity/identity-id.ts';
import { IdentityStore } from '../src/pipeline/render/identity/identity-store.io.ts';
import { decodePicture } from '../src/pipeline/render/identity/picture-file.io.ts';

/** A face as the embedded networks find it in a picture of a built-in identity. */
export interface BuiltInFace {
  /** Such as `ines/1.webp`. */
  readonly picture: string;
  readonly sha256: string;
  readonly model: string;
  readonly face: FaceLandmarks;
}

/** Finds the faces of all built-in identities, one after another; takes some seconds. */
export async function* findBuiltInFaces(): AsyncGenerator<BuiltInFace> {
  const store = new IdentityStore({
    builtInFolder: BUILT_IN_IDENTITIES,
    folder: BUILT_IN_IDENTITIES,
  });
  // No models folder: whoever fetched better networks has their faces found by those.
  const model = await openLandmarkModel({ modelsFolder: '' }, { threads: 1, person: true });
  try {
    for (const identity of await store.list()) {
      if (!identity.builtIn) continue;
      for (const [index, example] of identity.record.examples.entries()) {
        const bytes = await store.readExample(identity, index);
        const face = checkFaces(await model.finder.find(await decodePicture(bytes)), index);
        const picture = `${identity.record.id}/${example.file}`;
        yield { picture, sha256: sha256(bytes), model: model.name, face };
      }
    }
  } finally {
    await model.close();
  }
}

if (import.meta.main) {
  await rm(BUILT_IN_FACES, { recursive: true, force: true });
  for await (const { picture, sha256, model, face } of findBuiltInFaces()) {
    await new FaceCache(BUILT_IN_FACES, model).write(sha256, face);
    process.stdout.write(`${picture}\n`);
  }
}
