import { BUILT_IN_FACES, BUILT_IN_IDENTITIES, derivedFolder, identitiesFolder } from './folders.ts';
import type { LandmarkModel } from './landmark/face-tracker.ts';
import { openLandmarkModel } from './landmark/landmark-model.io.ts';
import { FaceCache } from './render/identity/face-cache.io.ts';
import type { IdentityExamplesPorts } from './render/identity/identity-examples.io.ts';
import { IdentityStore } from './render/identity/identity-store.io.ts';
import { decodePicture } from './render/identity/picture-file.io.ts';
import type { WorkerSetup } from './worker-protocol.ts';

export interface IdentityThreadSetup extends WorkerSetup {
  /** The landmark model's name: faces found by another one are not used. */
  readonly landmarkModel: string;
  /** That of the engine that is to draw the identities. */
  readonly memory: WebAssembly.Memory;
}

/** Asks a thread to end after what it is doing: one stopped in mid-inference takes the process along. */
export const END = 'end';

/** What a thread that reads identities needs of disk and networks. The owner closes it. */
export interface IdentityPorts extends IdentityExamplesPorts {
  close(): Promise<void>;
}

/** The networks are opened for the first picture whose face is not in the cache yet. */
export function openIdentityPorts(setup: IdentityThreadSetup): IdentityPorts {
  let opened: Promise<LandmarkModel> | undefined;
  const model = () => {
    opened ??= openLandmarkModel(
      { faceModelPath: setup.faceModel, modelsFolder: setup.modelsFolder },
      { threads: 1, person: true },
    );
    return opened;
  };
  return {
    store: new IdentityStore({
      builtInFolder: BUILT_IN_IDENTITIES,
      folder: identitiesFolder(setup.dataFolder),
    }),
    faces: new FaceCache(derivedFolder(setup.dataFolder), setup.landmarkModel, BUILT_IN_FACES),
    decode: decodePicture,
    finder: { find: async (picture) => (await model()).finder.find(picture) },
    close: async () => (await opened)?.close(),
  };
}
