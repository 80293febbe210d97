import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../config.ts';
import { UnderstudyError } from '../../errors.ts';
import { openCodecs } from '../../pipeline/decode/codecs.io.ts';
import { BUILT_IN_IDENTITIES, identitiesFolder } from '../../pipeline/folders.ts';
import { openLandmarkModel } from '../../pipeline/landmark/landmark-model.io.ts';
import { ModelError } from '../../pipeline/landmark/model-error.ts';
import { readModelFile } from '../../pipeline/landmark/model-file.io.ts';
import { onnxProviders } from '../../pipeline/landmark/onnx.io.ts';
import type { CameraFrame } from '../../pipeline/picture.ts';
import { tryDevice } from '../../pipeline/render/device/device-trial.io.ts';
import { engineDevice } from '../../pipeline/render/engines.ts';
import { IdentityStore } from '../../pipeline/render/identity/identity-store.io.ts';
import type { Check } from './finding.ts';

const BUILD = fileURLToPath(new URL('../../../build', import.meta.url));
/** What npm run build makes. */
const BUILT = ['kernel/crop.wasm', 'kernel/warp.wasm', 'web/index.html'] as const;

/** What the pipeline is made of. */
export function mediaChecks(config: Config): readonly Check[] {
  const location = { faceModelPath: config.faceModel, modelsFolder: config.models };
  return [
    {
      name: 'Codecs',
      async run() {
        const { backend, codecs, nativeAbsence } = await openCodecs({
          prefer: config.codecBackend,
        });
        const found = `${backend}: ${codecs.join(', ')}`;
        if (nativeAbsence === undefined || config.codecBackend === 'wasm') {
          return { status: 'ok', found };
        }
        return { status: 'warn', found, advice: `Several times slower: ${nativeAbsence}.` };
      },
    },
    {
      name: 'Inference',
      run: async () => ({ status: 'ok', found: `onnxruntime: ${onnxProviders().join(', ')}` }),
    },
    { name: 'Device', run: () => checkDevice(config) },
    {
      name: 'Build',
      async run() {
        const missing: string[] = [];
        for (const file of BUILT) if (!(await exists(join(BUILD, file)))) missing.push(file);
        if (missing.length === 0) return { status: 'ok', found: 'kernels and web app' };
        return {
          status: 'fail',
          found: `build/ lacks ${missing.join(', ')}`,
          advice: 'npm run build',
        };
      },
    },
    { name: 'Face model', run: () => checkFaceModel(location) },
    { name: 'Identities', run: () => checkIdentities(config.data) },
  ];
}

async function checkDevice({
  engine,
  device: setting,
}: Config): Promise<Awaited<ReturnType<Check['run']>>> {
  try {
    const { device, reason } = await engineDevice(engine, setting, tryDevice);
    return { status: 'ok', found: `${device}: ${reason}` };
  } catch (error) {
    if (!(error instanceof UnderstudyError) || error.code !== 'device_unavailable') throw error;
    return { status: 'fail', found: error.message, advice: '--device auto takes what works here.' };
  }
}

async function checkFaceModel(
  location: Parameters<typeof readModelFile>[0],
): Promise<Awaited<ReturnType<Check['run']>>> {
  try {
    const { path, archive } = await readModelFile(location);
    const model = await openLandmarkModel(location);
    try {
      // Nobody is on it; that it can be looked at shows that the networks and the kernel run.
      await model.createTracker().track(blankFrame(), 0);
    } finally {
      await model.close();
    }
    const found = `${model.name}, ${model.count} points, SHA-256 as expected: ${path}`;
    if (archive.blendshapes !== undefined) return { status: 'ok', found };
    return {
      status: 'ok',
      found,
      advice: 'npm run models fetches one that also gives expression coefficients.',
    };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const advice =
      error.code === 'kernel_missing'
        ? 'npm run build'
        : 'npm run models fetches the right one; --face-model names another file.';
    return { status: 'fail', found: error.message, advice };
  }
}

async function checkIdentities(data: string): Promise<Awaited<ReturnType<Check['run']>>> {
  const unusable: string[] = [];
  const store = new IdentityStore({
    builtInFolder: BUILT_IN_IDENTITIES,
    folder: identitiesFolder(data),
    onUnusable: (id) => unusable.push(id),
  });
  const all = await store.list();
  const builtIn = all.filter((identity) => identity.builtIn).length;
  const found = `${builtIn} built-in, ${all.length - builtIn} enrolled`;
  if (builtIn === 0) {
    return {
      status: 'fail',
      found,
      advice: 'assets/identities is missing: get the whole project.',
    };
  }
  if (unusable.length === 0) return { status: 'ok', found };
  return {
    status: 'warn',
    found: `${found}; unusable: ${unusable.join(', ')}`,
    advice: 'Enrol them anew, or remove their folders.',
  };
}

function blankFrame(): CameraFrame {
  const [width, height] = [64, 64];
  const chroma = () => new Uint8Array((width * height) / 4).fill(128);
  return {
    width,
    height,
    y: new Uint8Array(width * height).fill(128),
    u: chroma(),
    v: chroma(),
    strideY: width,
    strideUv: width / 2,
    fullRange: false,
    rotation: 0,
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false; // the answer, not a fault: whatever cannot be seen cannot be used
  }
}
