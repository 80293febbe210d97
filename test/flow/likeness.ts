import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILT_IN_IDENTITIES } from '../../src/pipeline/folders.ts';
import type { Picture } from '../../src/pipeline/picture.ts';
import { decodePicture } from '../../src/pipeline/render/identity/picture-file.io.ts';
import { resizePicture } from '../../src/pipeline/render/identity/picture-resize.ts';

/** Small enough that a turned head does not matter, large enough to tell people and rooms apart. */
const THUMBNAIL = { width: 16, height: 16 };

export interface Likeness {
  readonly name: string;
  readonly distance: number;
}

/** Tells which of some known pictures a frame looks most like: by name, nearest first. */
export class LineUp {
  readonly #suspects: { name: string; thumbnail: Uint8ClampedArray }[] = [];

  add(name: string, picture: Picture): void {
    this.#suspects.push({ name, thumbnail: resizePicture(picture, THUMBNAIL).rgba });
  }

  /** Every built-in identity's first picture. */
  async addBuiltIn(): Promise<void> {
    for (const id of await readdir(BUILT_IN_IDENTITIES)) {
      const file = join(BUILT_IN_IDENTITIES, id, '1.webp');
      this.add(id, await decodePicture(await readFile(file)));
    }
  }

  compare(picture: Picture): Likeness[] {
    const { rgba } = resizePicture(picture, THUMBNAIL);
    return this.#suspects
      .map(({ name, thumbnail }) => ({ name, distance: rms(rgba, thumbnail) }))
      .sort((a, b) => a.distance - b.distance);
  }
}

/** Root mean square of the difference, in steps of 255. */
function rms(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum / a.length);
}
