import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UnderstudyError } from '../../src/errors.ts';
import type { Example } from '../../src/pipeline/render/engine.ts';
import { FEW_SHOT_LOCATION } from '../../src/pipeline/render/engines.ts';
import { readFewShotModel } from '../../src/pipeline/render/few-shot-vid2vid/few-shot-model.io.ts';
import { KernelCache } from '../../src/pipeline/render/few-shot-vid2vid/kernel-cache.io.ts';
import { kernelCount } from '../../src/pipeline/render/few-shot-vid2vid/kernel-table.ts';
import { readTunedKernels } from '../../src/pipeline/render/few-shot-vid2vid/tuned-kernels.io.ts';
import { fingerprintFile } from './fingerprint.io.ts';

/** The name under which a clip's kernels of so many examples are tuned and kept. */
export const tunedName = (clip: string, examples: number): string =>
  `${clip.replaceAll(/[^a-z0-9]+/gi, '-')}-${examples}`;

/** Tells examples of one clip from others of it. */
export function examplesHash(examples: readonly Example[]): string {
  const hash = createHash('sha256');
  for (const { picture } of examples) hash.update(picture.rgba);
  return hash.digest('hex');
}

/**
 * A folder of kernels that `training/few_shot/tuned_set.py` fine-tuned, a file for a clip and a number
 * of its frames as examples. Through the program's own cache of kernels they reach the engine, as
 * those of an identity do that `scripts/tuned-kernels.ts` gives its own.
 */
export class TunedSet {
  /** Where the engine that is to draw with them keeps what it derives. */
  readonly derivedFolder: string;
  readonly #folder: string;
  readonly #count: number;
  readonly #cache: KernelCache;

  private constructor(folder: string, model: { version: string; count: number }) {
    this.#folder = folder;
    this.#count = model.count;
    this.derivedFolder = join(folder, 'derived');
    this.#cache = new KernelCache(this.derivedFolder, model.version, model.count);
  }

  /** @throws ModelError where the model that they were tuned from is not as it should be. */
  static async open(folder: string): Promise<TunedSet> {
    const { version, table } = await readFewShotModel(FEW_SHOT_LOCATION);
    return new TunedSet(folder, { version, count: kernelCount(table) });
  }

  has(clip: string, examples: number): boolean {
    return existsSync(this.#file(clip, examples));
  }

  /** What a row drawn with them depends on, beside engine and clip. */
  async version(clip: string, examples: number): Promise<string> {
    return fingerprintFile(this.#file(clip, examples));
  }

  /**
   * Puts a clip's kernels into the cache.
   * @returns the examples under a hash of their pictures, by which the engine finds them there.
   * @throws UnderstudyError as `readTunedKernels`; `kernels_of_others` where they were tuned on other
   * frames of the clip, among which there may be ones that are measured; and `kernels_lost` where
   * the cache does not give them back: a row named fine-tuned must not be drawn with others.
   */
  async give(clip: string, examples: readonly Example[]): Promise<Example[]> {
    const file = this.#file(clip, examples.length);
    const tunedOn = (await readFile(file.replace(/kernels$/, 'examples'), 'utf8')).trim();
    const valid = examplesHash(examples);
    if (tunedOn !== valid) {
      throw new UnderstudyError(
        'kernels_of_others',
        `${file} was tuned on other frames: tune with the --frames that are measured.`,
        { value: tunedOn, valid },
      );
    }
    const kernels = await readTunedKernels(file, this.#count);
    const named = examples.map((example) => ({ ...example, pictureHash: examplesHash([example]) }));
    await this.#cache.write(named, kernels);
    const kept = await this.#cache.read(named);
    if (!kept?.every((kernel, i) => kernel === kernels[i])) {
      throw new UnderstudyError('kernels_lost', `${file} does not come back from the cache.`, {
        value: this.derivedFolder,
      });
    }
    return named;
  }

  #file(clip: string, examples: number): string {
    return join(this.#folder, `${tunedName(clip, examples)}.kernels`);
  }
}
