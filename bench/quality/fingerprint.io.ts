import { createHash, type Hash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

async function addFolder(hash: Hash, folder: string, deep: boolean): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (deep) await addFolder(hash, path, deep);
    } else {
      hash.update(entry.name).update(await readFile(path));
    }
  }
}

/**
 * What the figures of one engine depend on: its code and weights, the stages before it, the measuring.
 * @param name the engine's own, also its folder's; undefined for what stands still.
 */
export async function fingerprintEngine(
  name: string | undefined,
  models?: string,
): Promise<string> {
  const hash = createHash('sha256');
  await addFolder(hash, join(ROOT, 'bench/quality'), false);
  await addFolder(hash, join(ROOT, 'src/pipeline/pose'), true);
  await addFolder(hash, join(ROOT, 'src/pipeline/landmark'), true);
  await addFolder(hash, join(ROOT, 'src/pipeline/render'), false);
  await addFolder(hash, join(ROOT, 'src/pipeline/render/warp'), true);
  if (name !== undefined && name !== 'warp') {
    await addFolder(hash, join(ROOT, 'src/pipeline/render', name), true);
  }
  if (models !== undefined) await addFolder(hash, models, true);
  return hash.digest('hex').slice(0, 16);
}

/** Which version of a file: its size and the time it was written. */
export async function fingerprintFile(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  return `${size}-${Math.round(mtimeMs)}`;
}
