import { parentPort } from 'node:worker_threads';
import type { LoadRequest } from '../../src/pipeline/identity-loader.io.ts';
import { END } from '../../src/pipeline/identity-ports.io.ts';

/** A thread in the identity loader's place, which breaks of one identity, and loads the names of the others. */
parentPort?.on('message', (message: LoadRequest | typeof END) => {
  if (message === END) {
    parentPort?.close();
    return;
  }
  const { request, identity } = message;
  if (identity === 'broken') throw new Error('broke');
  parentPort?.postMessage({ request, enrolled: identity });
});
