import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UnderstudyError } from '../../errors.ts';
import { FEW_SHOT_MODEL } from '../folders.ts';
import { FEW_SHOT_CHECKSUMS } from '../landmark/model-manifest.ts';
import type { Engine } from './engine.ts';
import { FewShotEngine } from './few-shot-vid2vid/few-shot-engine.ts';
import {
  FEW_SHOT_FILES,
  type FewShotModelLocation,
  readFewShotModel,
} from './few-shot-vid2vid/few-shot-model.io.ts';
import { KernelCache } from './few-shot-vid2vid/kernel-cache.io.ts';
import { kernelCount } from './few-shot-vid2vid/kernel-table.ts';
import { WARP_ENGINE, warpEngine } from './warp/warp-engine.ts';

const FEW_SHOT = 'few-shot-vid2vid';

/** Every way to draw an identity, by the name that `--engine` takes. */
export const ENGINE_NAMES: readonly string[] = [WARP_ENGINE, FEW_SHOT];

export interface EnginePlaces {
  /** Where engines keep what they derive from pictures; nothing is kept without it. */
  readonly derivedFolder?: string;
  /** That of the engine on another thread that is to draw what this one enrols. */
  readonly memory?: WebAssembly.Memory;
  /** The trained model; by default the one that comes with the program. */
  readonly fewShotModel?: FewShotModelLocation;
}

/** The trained model that comes with the program. */
export const FEW_SHOT_LOCATION: FewShotModelLocation = Object.freeze({
  folder: FEW_SHOT_MODEL,
  checksums: FEW_SHOT_CHECKSUMS,
});

const isThere = ({ folder }: FewShotModelLocation): boolean =>
  FEW_SHOT_FILES.every((name) => existsSync(join(folder, name)));

/** The engines that can be opened here: those whose model is there. The warp needs none. */
export function offeredEngines({ fewShotModel = FEW_SHOT_LOCATION }: EnginePlaces = {}): string[] {
  return ENGINE_NAMES.filter((name) => name !== FEW_SHOT || isThere(fewShotModel));
}

/**
 * Opens an engine and checks what it needs. The caller closes it.
 * @throws UnderstudyError `unknown_engine`, `engine_unavailable`; ModelError `model_missing`,
 * `model_checksum`, `model_invalid`, naming the file.
 */
export async function openEngine(name: string, places: EnginePlaces = {}): Promise<Engine> {
  if (name === WARP_ENGINE) return warpEngine(places.memory) as Engine;
  if (name === FEW_SHOT) return openFewShot(places);
  const valid = offeredEngines(places);
  throw new UnderstudyError(
    'unknown_engine',
    `There is no engine "${name}". Valid engines: ${valid.join(', ')}.`,
    { value: name, valid },
  );
}

async function openFewShot(places: EnginePlaces): Promise<Engine> {
  const { derivedFolder, memory, fewShotModel: location = FEW_SHOT_LOCATION } = places;
  if (!isThere(location)) {
    throw new UnderstudyError(
      'engine_unavailable',
      `The engine ${FEW_SHOT} needs its trained model (${FEW_SHOT_FILES.join(', ')}) in ${location.folder}, which is not there. Engines that run here: ${WARP_ENGINE}.`,
      { value: FEW_SHOT, valid: [WARP_ENGINE] },
    );
  }
  const model = await readFewShotModel(location);
  const kernels = kernelCount(model.table);
  return new FewShotEngine(
    {
      kernels,
      openEmbedder: () => model.openEmbedder(),
      openGenerator: (own) => model.openGenerator(own),
    },
    derivedFolder === undefined
      ? undefined
      : new KernelCache(derivedFolder, model.version, kernels),
    memory,
  ) as Engine;
}
