import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes what was derived from pictures, whichever network made it: faces, and the kernels of
 * identities. They are their owner's: they go with the picture.
 */
export async function forgetDerived(
  folder: string,
  pictureHashes: readonly string[],
): Promise<void> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return []; // nothing was ever found
    throw cause;
  });
  const hashes = new Set(pictureHashes);
  for (const name of names) {
    if (hashes.has(name.split('.', 1)[0] ?? '')) await rm(join(folder, name), { force: true });
  }
}
