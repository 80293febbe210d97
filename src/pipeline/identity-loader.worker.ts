import { parentPort, workerData } from 'node:worker_threads';
import { BUILT_IN_IDENTITIES, identitiesFolder, landmarksFolder } from './folders.ts';
import type { LoadAnswer, LoaderSetup, LoadRequest } from './identity-loader.io.ts';
import type { FaceFinder } from './landmark/face-tracker.ts';
import { openLandmarkModel } from './landmark/landmark-model.io.ts';
import { findEngine } from './render/engines.ts';
import {
  type IdentityExamplesPorts,
  loadExamples,
} from './render/identity/identity-examples.io.ts';
import { IdentityStore } from './render/identity/identity-store.io.ts';
import { LandmarkCache } from './render/identity/landmark-cache.io.ts';
import { decodePicture } from './render/identity/picture-file.io.ts';
import { wireError } from './wire-error.ts';

/** The thread that loads identities from disk and enrols them, one after another. */

const setup = workerData as LoaderSetup;
const engine = findEngine(setup.engine);
let opened: Promise<FaceFinder> | undefined;

const ports: IdentityExamplesPorts = {
  store: new IdentityStore({
    builtInFolder: BUILT_IN_IDENTITIES,
    folder: identitiesFolder(setup.dataFolder),
  }),
  landmarks: new LandmarkCache(landmarksFolder(setup.dataFolder), setup.landmarkModel),
  decode: decodePicture,
  // The networks are opened for the first picture whose face is not in the cache yet.
  finder: { find: async (picture) => (await finder()).find(picture) },
};

async function finder(): Promise<FaceFinder> {
  opened ??= openLandmarkModel(
    { faceModelPath: setup.faceModel, modelsFolder: setup.modelsFolder },
    { threads: 1 },
  ).then((model) => model.finder);
  return opened;
}

async function load({ request, identity }: LoadRequest): Promise<LoadAnswer> {
  try {
    return { request, enrolled: await engine.enrol(await loadExamples(identity, ports)) };
  } catch (cause) {
    return { request, error: wireError(cause) };
  }
}

let tail: Promise<void> = Promise.resolve();
parentPort?.on('message', (message: LoadRequest) => {
  tail = tail.then(async () => parentPort?.postMessage(await load(message)));
});
