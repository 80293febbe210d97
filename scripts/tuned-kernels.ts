import { parseArgs } from 'node:util';
import { openCommandIdentity } from '../src/commands/render-identity.io.ts';
import { derivedFolder } from '../src/pipeline/folders.ts';
import { openLandmarkModel } from '../src/pipeline/landmark/landmark-model.io.ts';
import { FEW_SHOT_LOCATION } from '../src/pipeline/render/engines.ts';
import { readFewShotModel } from '../src/pipeline/render/few-shot-vid2vid/few-shot-model.io.ts';
import { KernelCache } from '../src/pipeline/render/few-shot-vid2vid/kernel-cache.io.ts';
import { kernelCount } from '../src/pipeline/render/few-shot-vid2vid/kernel-table.ts';
import { readTunedKernels } from '../src/pipeline/render/few-shot-vid2vid/tuned-kernels.io.ts';

const HELP = `node scripts/tuned-kernels.ts --identity ID --kernels FILE [--data FOLDER] [--models FOLDER] [--face-model FILE]

Gives a kept or built-in identity the kernels that training/few_shot/finetune.py made for it, in place
of the embedder's. They last until the identity, its pictures or the model change. A running server
takes them when it next reads the identity from disk.`;

const { values } = parseArgs({
  options: {
    identity: { type: 'string' },
    kernels: { type: 'string' },
    data: { type: 'string', default: 'data' },
    models: { type: 'string', default: 'models/cache' },
    'face-model': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || !values.identity || !values.kernels) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  const { identity, data, models } = values;
  const landmarks = await openLandmarkModel(
    {
      faceModelPath: values['face-model'],
      modelsFolder: models,
    },
    { person: true },
  );
  try {
    const model = await readFewShotModel(FEW_SHOT_LOCATION);
    const count = kernelCount(model.table);
    const kernels = await readTunedKernels(values.kernels, count);
    const { finder, name } = landmarks;
    const { examples } = await openCommandIdentity([identity], { finder, model: name, data });
    const cache = new KernelCache(derivedFolder(data), model.version, count);
    await cache.write(examples, kernels);
    console.log(`${identity}: ${count} kernels, drawn from now on as ${values.kernels} says.`);
  } finally {
    await landmarks.close();
  }
}
