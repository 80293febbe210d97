import { parentPort, workerData } from 'node:worker_threads';
import { derivedFolder } from './folders.ts';
import type { LoadAnswer, LoadRequest } from './identity-loader.io.ts';
import { END, type IdentityThreadSetup, openIdentityPorts } from './identity-ports.io.ts';
import type { Engine } from './render/engine.ts';
import { FEW_SHOT_LOCATION, openEngine } from './render/engines.ts';
import { forgetDerived } from './render/identity/derived-files.io.ts';
import { loadExamples } from './render/identity/identity-examples.io.ts';
import { unknownIdentity } from './render/identity/identity-id.ts';
import { stepBack } from './thread-priority.io.ts';
import { transferables } from './transferables.ts';
import { wireError } from './wire-error.ts';

/**
 * The thread that loads identities from disk and enrols them, one after another. Nobody's frame should wait for it; but
 * somebody waits to be seen, and at the lowest priority they would wait for ever on a full machine.
 */

stepBack(5);

const setup = workerData as IdentityThreadSetup;
const derived = derivedFolder(setup.dataFolder);
const ports = openIdentityPorts(setup);
/** What it needs was checked when the worker began; what is wrong since then is told to whoever asks. */
let engine: Promise<Engine> | undefined;
let last: Promise<void> = Promise.resolve();

async function load({ request, identity }: LoadRequest): Promise<LoadAnswer> {
  try {
    engine ??= openEngine(setup.engine, {
      derivedFolder: derived,
      memory: setup.memory,
      fewShotModel: { ...FEW_SHOT_LOCATION, tried: true },
    });
    const examples = await loadExamples(identity, ports);
    const opened = await engine;
    const enrolled = await opened.enrol(examples);
    if (!(await ports.store.find(identity))) {
      // Deleted while it was being enrolled: it, and what was kept since then, must go as well.
      await opened.discard(enrolled);
      await forgetDerived(
        derived,
        examples.flatMap(({ pictureHash }) => pictureHash ?? []),
      );
      throw unknownIdentity(identity);
    }
    return { request, enrolled };
  } catch (cause) {
    return { request, error: wireError(cause) };
  }
}

/** Handed over, not copied: an identity is several megabytes. Nothing here keeps it. */
async function serve(request: LoadRequest): Promise<void> {
  const loaded = await load(request);
  parentPort?.postMessage(loaded, [...transferables(loaded)]);
}

/** Without a port and networks nothing keeps the thread alive. */
async function end(): Promise<void> {
  parentPort?.close();
  await ports.close();
  await (await engine?.catch(() => undefined))?.close();
}

parentPort?.on('message', (message: LoadRequest | typeof END) => {
  last = last.then(() => (message === END ? end() : serve(message)));
});
