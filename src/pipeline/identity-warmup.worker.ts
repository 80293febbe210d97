import { parentPort, workerData } from 'node:worker_threads';
import { END, type IdentityThreadSetup, openIdentityPorts } from './identity-ports.io.ts';
import { loadExample } from './render/identity/identity-examples.io.ts';
import { stepBack } from './thread-priority.io.ts';

/**
 * The thread that finds the faces of the built-in pictures ahead of their first use, where a model is
 * in use that none were shipped of, for the cache on disk. Ends by itself when all are found.
 */

// Nobody waits for this.
stepBack(10);

const ports = openIdentityPorts(workerData as IdentityThreadSetup);
let ending = false;
parentPort?.on('message', (message: typeof END) => {
  ending = message === END;
});

for (const identity of await ports.store.list())
  for (const [index, { sha256 }] of identity.record.examples.entries()) {
    // Between two pictures the end is heard.
    await new Promise((resolve) => setImmediate(resolve));
    if (ending || !identity.builtIn) continue;
    if (sha256 && (await ports.faces.read(sha256))) continue;
    // What is wrong with a picture is told to whoever asks for its identity.
    await ports.store
      .readExample(identity, index)
      .then((file) => loadExample(file, index, ports))
      .catch(() => undefined);
  }
parentPort?.close();
await ports.close();
