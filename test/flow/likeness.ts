import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILT_IN_IDENTITIES } from '../../src/pipeline/folders.ts';
import type { Picture } from '../../src/pipeline/picture.ts';
import { decodePicture } from '../../src/pipeline/render/identity/picture-file.io.ts';
import { resizePicture } from '../../src/pipeline/render/identity/picture-resize.ts';

/** The colours of a picture are counted in one of this size, in so many steps a channel. */
const SAMPLED = { width: 64, height: 64 };
const STEPS = 6;
/**
 * A picture this far from everybody shows nobody: a black frame, of which Chromium paints one where a
 * connection ends, is nearest to whoever sits in the dark.
 * An identity's own frames stay below 0.25, coded at 60 kbit/s too; a frame of one colour starts at 0.75.
 */
const STRANGE = 0.4;
/** Whom a picture shows that is like nobody's. */
export const NOBODY = 'nobody';

export interface Likeness {
  readonly name: string;
  /** 0 for the same colours to 1 for none in common. */
  readonly distance: number;
}

/**
 * Tells which of some known pictures a frame looks most like: by name, nearest first. By their
 * colours alone: however the head is turned and leaned, a person and a room keep those, and so
 * they do in a frame that is blurred or coded coarsely.
 */
export class LineUp {
  readonly #suspects: { name: string; colours: Float64Array }[] = [];

  add(name: string, picture: Picture): void {
    this.#suspects.push({ name, colours: coloursOf(picture) });
  }

  /** Every built-in identity's first picture. */
  async addBuiltIn(): Promise<void> {
    for (const id of await readdir(BUILT_IN_IDENTITIES)) {
      const file = join(BUILT_IN_IDENTITIES, id, '1.webp');
      this.add(id, await decodePicture(await readFile(file)));
    }
  }

  /** Who is seen, or {@link NOBODY}. */
  name(picture: Picture): string {
    const [nearest] = this.compare(picture);
    return nearest && nearest.distance < STRANGE ? nearest.name : NOBODY;
  }

  compare(picture: Picture): Likeness[] {
    const seen = coloursOf(picture);
    return this.#suspects
      .map(({ name, colours }) => ({ name, distance: difference(seen, colours) }))
      .sort((a, b) => a.distance - b.distance);
  }
}

/** The share of the picture that each colour takes. */
function coloursOf(picture: Picture): Float64Array {
  const { rgba } = resizePicture(picture, SAMPLED);
  const colours = new Float64Array(STEPS ** 3);
  const step = (value: number) => Math.floor((value * STEPS) / 256);
  for (let i = 0; i < rgba.length; i += 4) {
    const colour = (step(rgba[i]!) * STEPS + step(rgba[i + 1]!)) * STEPS + step(rgba[i + 2]!);
    colours[colour]! += 4 / rgba.length;
  }
  return colours;
}

function difference(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, share, i) => sum + Math.abs(share - b[i]!), 0) / 2;
}
