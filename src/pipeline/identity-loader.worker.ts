import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import {
  BUILT_IN_IDENTITIES,
  BUILT_IN_LANDMARKS,
  identitiesFolder,
  landmarksFolder,
} from './folders.ts';
import { END, type LoadAnswer, type LoaderSetup, type LoadRequest } from './identity-loader.io.ts';
import type { FaceFinder, LandmarkModel } from './landmark/face-tracker.ts';
import { openLandmarkModel } from './landmark/landmark-model.io.ts';
import { LoaderQueue } from './loader-queue.ts';
import { findEngine } from './render/engines.ts';
import {
  type IdentityExamplesPorts,
  loadExample,
  loadExamples,
} from './render/identity/identity-examples.io.ts';
import { IdentityStore, type StoredIdentity } from './render/identity/identity-store.io.ts';
import { LandmarkCache } from './render/identity/landmark-cache.io.ts';
import { decodePicture } from './render/identity/picture-file.io.ts';
import { transferables } from './transferables.ts';
import { wireError } from './wire-error.ts';

/** The thread that loads identities from disk and enrols them, one after another. */

// Frames of live sessions come first: on Linux this sets the priority of this thread alone; where
// it would be the whole process's, or is not allowed, nothing is lost by leaving it.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const setup = workerData as LoaderSetup;
const engine = findEngine(setup.engine);
let opened: Promise<LandmarkModel> | undefined;

const ports: IdentityExamplesPorts = {
  store: new IdentityStore({
    builtInFolder: BUILT_IN_IDENTITIES,
    folder: identitiesFolder(setup.dataFolder),
  }),
  landmarks: new LandmarkCache(
    landmarksFolder(setup.dataFolder),
    setup.landmarkModel,
    BUILT_IN_LANDMARKS,
  ),
  decode: decodePicture,
  // The networks are opened for the first picture whose face is not in the cache yet.
  finder: { find: async (picture) => (await finder()).find(picture) },
};

async function finder(): Promise<FaceFinder> {
  opened ??= openLandmarkModel(
    { faceModelPath: setup.faceModel, modelsFolder: setup.modelsFolder },
    { threads: 1 },
  );
  return (await opened).finder;
}

async function load({ request, identity }: LoadRequest): Promise<LoadAnswer> {
  try {
    return { request, enrolled: await engine.enrol(await loadExamples(identity, ports)) };
  } catch (cause) {
    return { request, error: wireError(cause) };
  }
}

/** One picture of a built-in identity. */
interface Chore {
  readonly identity: StoredIdentity;
  readonly index: number;
}

/**
 * Finds the face of a built-in picture ahead of its first use, where a model is in use that none
 * were shipped of: later loads read it from the cache. What is wrong with it is told to whoever asks
 * for its identity.
 */
async function prepare({ identity, index }: Chore): Promise<void> {
  const { sha256 } = identity.record.examples[index] ?? {};
  if (sha256 && (await ports.landmarks.read(sha256))) return;
  await ports.store
    .readExample(identity, index)
    .then((file) => loadExample(file, index, ports))
    .catch(() => undefined);
}

/** Handed over, not copied: an identity is several megabytes. Nothing here keeps it. */
function answer(loaded: LoadAnswer): void {
  parentPort?.postMessage(loaded, [...transferables(loaded)]);
}

const builtIn = (await ports.store.list()).filter((identity) => identity.builtIn);
const queue = new LoaderQueue<LoadRequest, Chore>(
  builtIn.flatMap((identity) => identity.record.examples.map((_, index) => ({ identity, index }))),
);
let busy = false;
let ending = false;

async function work(): Promise<void> {
  if (busy) return;
  busy = true;
  for (let task = queue.next(); task && !ending; task = queue.next()) {
    if (task.kind === 'request') answer(await load(task.request));
    else await prepare(task.chore);
    // Requests that came meanwhile are heard before the next chore begins.
    await new Promise((resolve) => setImmediate(resolve));
  }
  busy = false;
  if (ending) await end();
}

/** Without a port and networks nothing keeps the thread alive. */
async function end(): Promise<void> {
  parentPort?.close();
  await (await opened)?.close();
}

parentPort?.on('message', (message: LoadRequest | typeof END) => {
  if (message !== END) {
    queue.push(message);
    void work();
    return;
  }
  ending = true;
  if (!busy) void end();
});
void work();
