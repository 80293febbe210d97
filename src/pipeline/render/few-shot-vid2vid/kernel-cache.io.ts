import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Example } from '../engine.ts';

const SUFFIX = '.kernels';
/** Raise when the same faces in the same pictures are enrolled otherwise than before. */
const ENROLLED = '3';
/** Of a SHA-256 in hexadecimal: enough to tell the few sets of examples of one picture apart. */
const DIGEST = 24;

/**
 * Kernels already made of examples, one small file an identity, under the hash of its first picture so
 * that they go when the picture goes. A damaged entry counts as none.
 */
export class KernelCache {
  readonly #folder: string;
  readonly #model: string;
  readonly #count: number;

  /** @param model its version; @param count of numbers that an identity's kernels are. */
  constructor(folder: string, model: string, count: number) {
    this.#folder = folder;
    this.#model = model;
    this.#count = count;
  }

  /** @returns undefined also where the examples come from no file. */
  async read(examples: readonly Example[]): Promise<Float32Array | undefined> {
    const name = this.#name(examples);
    if (name === undefined) return undefined;
    try {
      const bytes = await readFile(join(this.#folder, name));
      if (bytes.byteLength !== 4 * this.#count) return undefined;
      const kernels = new Float32Array(this.#count);
      new Uint8Array(kernels.buffer).set(bytes);
      return kernels.every(Number.isFinite) ? kernels : undefined;
    } catch {
      return undefined; // absent or unreadable: they are made again
    }
  }

  /** Replaces whatever another model, or other examples beside the same first picture, left there. */
  async write(examples: readonly Example[], kernels: Float32Array): Promise<void> {
    const name = this.#name(examples);
    if (name === undefined) return;
    await mkdir(this.#folder, { recursive: true });
    const draft = join(this.#folder, `.${randomUUID()}`);
    await writeFile(draft, kernels, { mode: 0o600 });
    await rename(draft, join(this.#folder, name));
    const [picture] = name.split('.', 1);
    for (const other of await readdir(this.#folder)) {
      if (other !== name && other.startsWith(`${picture}.`) && other.endsWith(SUFFIX)) {
        await rm(join(this.#folder, other), { force: true });
      }
    }
  }

  /** The examples' pictures, the faces found in them, and the model decide what the kernels are. */
  #name(examples: readonly Example[]): string | undefined {
    const digest = createHash('sha256').update(this.#model).update(ENROLLED);
    for (const { pictureHash, landmarks } of examples) {
      if (pictureHash === undefined) return undefined;
      const { points } = landmarks;
      digest.update(pictureHash);
      digest.update(new Uint8Array(points.buffer, points.byteOffset, points.byteLength));
    }
    return `${examples[0]!.pictureHash}.${digest.digest('hex').slice(0, DIGEST)}${SUFFIX}`;
  }
}
