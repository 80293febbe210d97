import { openCodecs } from '../../src/pipeline/decode/codecs.io.ts';
import { machineClock, threadCpuTime } from '../../src/pipeline/machine-clock.io.ts';
import { serveWorker } from '../../src/pipeline/worker-channel.io.ts';
import { TRANSFORMS } from './transform.ts';
import { transformStages } from './transform-stages.ts';

/** A pipeline worker like the product's, with {@link transformStages} in place of its stages. */
serveWorker(async ({ codecs: prefer }) => {
  const codecs = await openCodecs({ prefer });
  return {
    stages: transformStages(codecs, { clock: machineClock, cpuTime: threadCpuTime }),
    report: {
      codecBackend: codecs.backend,
      codecs: codecs.codecs,
      faceModel: 'none',
      engine: 'transform',
      device: 'cpu',
    },
    forget: () => undefined,
    identities: () => TRANSFORMS,
  };
});
