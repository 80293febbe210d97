import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UnderstudyError } from '../../errors.ts';
import type { Milli } from '../../time.ts';
import { FEW_SHOT_MODEL } from '../folders.ts';
import { FEW_SHOT_CHECKSUMS } from '../landmark/model-manifest.ts';
import {
  chooseDevice,
  type Device,
  type DeviceChoice,
  type DeviceSetting,
  type DeviceTrial,
  nextTrial,
} from './device/device-choice.ts';
import type { Engine } from './engine.ts';
import { FewShotEngine } from './few-shot-vid2vid/few-shot-engine.ts';
import {
  FEW_SHOT_FILES,
  type FewShotModelLocation,
  readFewShotModel,
} from './few-shot-vid2vid/few-shot-model.io.ts';
import { type DeviceUse, openFewShotNetworks } from './few-shot-vid2vid/few-shot-networks.io.ts';
import { KernelCache } from './few-shot-vid2vid/kernel-cache.io.ts';
import { WARP_ENGINE, warpEngine } from './warp/warp-engine.ts';

const FEW_SHOT = 'few-shot-vid2vid';

/**
 * How long a trial may take. A device that is any use has loaded its driver, compiled the network and
 * drawn nine frames in less than the first; on a machine that is busy one that was asked for gets longer.
 */
const TRIAL_LIMITS: Readonly<Record<'auto' | 'named', Milli>> = { auto: 8_000, named: 60_000 };

/** Every way to draw an identity, by the name that `--engine` takes. */
export const ENGINE_NAMES: readonly string[] = [WARP_ENGINE, FEW_SHOT];

export interface EnginePlaces {
  /** Where engines keep what they derive from pictures; nothing is kept without it. */
  readonly derivedFolder?: string;
  /** That of the engine on another thread that is to draw what this one enrols. */
  readonly memory?: WebAssembly.Memory;
  /** The trained model; by default the one that comes with the program. */
  readonly fewShotModel?: FewShotModelLocation;
  /** What networks run on; the processor where left out. */
  readonly deviceUse?: DeviceUse;
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
  const { deviceUse = { device: 'cpu' } } = places;
  if (!isThere(location)) {
    throw new UnderstudyError(
      'engine_unavailable',
      `The engine ${FEW_SHOT} needs its trained model (${FEW_SHOT_FILES.join(', ')}) in ${location.folder}, which is not there. Engines that run here: ${WARP_ENGINE}.`,
      { value: FEW_SHOT, valid: [WARP_ENGINE] },
    );
  }
  const model = await readFewShotModel(location);
  const networks = await openFewShotNetworks(model, deviceUse);
  return new FewShotEngine(
    networks,
    derivedFolder === undefined
      ? undefined
      : new KernelCache(derivedFolder, model.version, networks.kernels),
    memory,
  ) as Engine;
}

/**
 * What an engine's network should run on here.
 * @param attempt tries the model on one device.
 * @throws UnderstudyError `device_unavailable`: a named device does not do.
 */
export async function engineDevice(
  engine: string,
  setting: DeviceSetting,
  attempt: (
    device: Device,
    model: FewShotModelLocation,
    options: { readonly limit: Milli },
  ) => Promise<DeviceTrial>,
  { fewShotModel = FEW_SHOT_LOCATION }: EnginePlaces = {},
): Promise<DeviceChoice> {
  if (engine !== FEW_SHOT) {
    return { device: 'cpu', reason: `the engine ${engine} draws without a network` };
  }
  // What is wrong with the model is told by whoever opens it.
  if (!isThere(fewShotModel)) return { device: 'cpu', reason: 'there is no model to try' };
  const limit = setting === 'auto' ? TRIAL_LIMITS.auto : TRIAL_LIMITS.named;
  const trials: Partial<Record<Device, DeviceTrial>> = {};
  for (let device = nextTrial(setting, trials); device; device = nextTrial(setting, trials)) {
    trials[device] = await attempt(device, fewShotModel, { limit });
  }
  return chooseDevice(setting, trials);
}
