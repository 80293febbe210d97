import { parentPort, workerData } from 'node:worker_threads';
import type { LoadAnswer, LoadRequest } from './identity-loader.io.ts';
import { END, type IdentityThreadSetup, openIdentityPorts } from './identity-ports.io.ts';
import { findEngine } from './render/engines.ts';
import { loadExamples } from './render/identity/identity-examples.io.ts';
import { transferables } from './transferables.ts';
import { wireError } from './wire-error.ts';

/**
 * The thread that loads identities from disk and enrols them, one after another. At the priority of
 * the sessions: somebody waits to be seen, and on a full machine a lower one would wait for ever.
 */

const setup = workerData as IdentityThreadSetup;
const engine = findEngine(setup.engine);
const ports = openIdentityPorts(setup);
let last: Promise<void> = Promise.resolve();

async function load({ request, identity }: LoadRequest): Promise<LoadAnswer> {
  try {
    return { request, enrolled: await engine.enrol(await loadExamples(identity, ports)) };
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
}

parentPort?.on('message', (message: LoadRequest | typeof END) => {
  last = last.then(() => (message === END ? end() : serve(message)));
});
