import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { FaceLandmarks } from '../../landmark/landmarks.ts';
import { MASK_SIDE, type PersonMask } from '../../landmark/person-mask.ts';
import type { Px } from '../../picture.ts';

/** Raise when what is stored means something else than before. */
const FORMAT = 2;

interface StoredFace {
  readonly format: typeof FORMAT;
  readonly count: 468 | 478;
  readonly presence: number;
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  readonly points: readonly number[];
  /** Cells deflated, as base64. */
  readonly person?: { left: Px; top: Px; side: Px; cells: string };
}

/**
 * Faces already found in pictures, and where their people are, by the picture's hash and the network's name: a
 * gallery of identities then loads without running the networks over it. A damaged entry counts as none.
 */
export class FaceCache {
  readonly #folder: string;
  readonly #model: string;
  readonly #shipped: string | undefined;

  /** @param shipped a folder of the same form, only read: the faces that came with the program. */
  constructor(folder: string, model: string, shipped?: string) {
    this.#folder = folder;
    this.#model = model.replace(/[^a-z0-9_-]/gi, '_');
    this.#shipped = shipped;
  }

  async read(pictureHash: string): Promise<FaceLandmarks | undefined> {
    const shipped = this.#shipped && (await this.#readFrom(this.#shipped, pictureHash));
    return shipped || this.#readFrom(this.#folder, pictureHash);
  }

  async write(pictureHash: string, face: FaceLandmarks): Promise<void> {
    const stored: StoredFace = {
      format: FORMAT,
      count: face.count,
      presence: face.presence,
      pictureWidth: face.pictureWidth,
      pictureHeight: face.pictureHeight,
      points: Array.from(face.points, (value) => Math.round(value * 1000) / 1000),
      ...(face.person && {
        person: {
          ...face.person,
          cells: Buffer.from(deflateRawSync(face.person.cells)).toString('base64'),
        },
      }),
    };
    await mkdir(this.#folder, { recursive: true });
    const draft = join(this.#folder, `.${randomUUID()}`);
    await writeFile(draft, JSON.stringify(stored), { mode: 0o600 });
    await rename(draft, join(this.#folder, this.#name(pictureHash)));
  }

  async delete(pictureHash: string): Promise<void> {
    await rm(join(this.#folder, this.#name(pictureHash)), { force: true });
  }

  async #readFrom(folder: string, pictureHash: string): Promise<FaceLandmarks | undefined> {
    try {
      const text = await readFile(join(folder, this.#name(pictureHash)), 'utf8');
      return parse(JSON.parse(text) as Partial<StoredFace>);
    } catch {
      return undefined; // absent or unreadable: it is made again
    }
  }

  #name(pictureHash: string): string {
    return `${pictureHash}.${this.#model}.json`;
  }
}

function parse(stored: Partial<StoredFace>): FaceLandmarks | undefined {
  const { format, count, presence, pictureWidth, pictureHeight, points, person } = stored;
  const whole =
    format === FORMAT &&
    (count === 468 || count === 478) &&
    points?.length === count * 3 &&
    points.every(Number.isFinite);
  if (!whole || !presence || !pictureWidth || !pictureHeight) return undefined;
  return {
    count,
    presence,
    pictureWidth,
    pictureHeight,
    points: Float32Array.from(points),
    ...(person && { person: parsePerson(person) }),
  };
}

/** @throws Error where it is not whole. */
function parsePerson({ left, top, side, cells }: NonNullable<StoredFace['person']>): PersonMask {
  const packed = Buffer.from(cells, 'base64');
  const inflated = inflateRawSync(packed, { maxOutputLength: MASK_SIDE ** 2 });
  if (inflated.length !== MASK_SIDE ** 2 || ![left, top, side].every(Number.isFinite)) {
    throw new RangeError('the mask of a person is not whole');
  }
  return { left, top, side, cells: Uint8Array.from(inflated) };
}
