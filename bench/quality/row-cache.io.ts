import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CameraFrame } from '../../src/pipeline/picture.ts';
import { type Row, type RowName, rowTitle } from './row.ts';

/** Pictures of a row at its subject's moments: planar YUV 4:2:0, one after the other. */
export type RowPictures = readonly Pick<CameraFrame, 'width' | 'height' | 'y' | 'u' | 'v'>[];

/**
 * Finished rows on disk, so that a run that was interrupted, or follows a change of one engine,
 * measures only what is missing. A row is kept with what it depends on; another fingerprint is
 * another row.
 */
export class RowCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(name: RowName, fingerprint: string): Promise<Row | undefined> {
    const file = await readFile(this.#path(name, fingerprint, 'json'), 'utf8').catch(missing);
    return file === undefined ? undefined : (JSON.parse(file) as Row);
  }

  async readPictures(name: RowName, fingerprint: string): Promise<RowPictures> {
    const file = await readFile(this.#path(name, fingerprint, 'yuv')).catch(missing);
    if (file === undefined) return [];
    const side = file.readUInt32LE(0);
    const bytes = (side * side * 3) / 2;
    return Array.from({ length: (file.length - 4) / bytes }, (_, k) => {
      const frame = file.subarray(4 + k * bytes, 4 + (k + 1) * bytes);
      const [y, u] = [side * side, (side * side * 5) / 4];
      return {
        width: side,
        height: side,
        y: frame.subarray(0, y),
        u: frame.subarray(y, u),
        v: frame.subarray(u),
      };
    });
  }

  async write(row: Row, fingerprint: string, pictures: RowPictures): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const side = Buffer.alloc(4);
    side.writeUInt32LE(pictures[0]?.width ?? 0);
    if (pictures.length > 0) {
      await writeFile(
        this.#path(row, fingerprint, 'yuv'),
        Buffer.concat([side, ...pictures.flatMap(({ y, u, v }) => [y, u, v])]),
      );
    }
    const path = this.#path(row, fingerprint, 'json');
    await writeFile(`${path}.part`, JSON.stringify(row));
    await rename(`${path}.part`, path);
  }

  #path(name: RowName, fingerprint: string, extension: string): string {
    const title = rowTitle(name);
    const hash = createHash('sha256').update(`${title} ${fingerprint}`).digest('hex').slice(0, 12);
    return join(this.#folder, `${title.replaceAll(/[^a-z0-9]+/gi, '-')}-${hash}.${extension}`);
  }
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
