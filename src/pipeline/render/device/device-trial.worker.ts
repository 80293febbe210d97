import type { Milli } from '../../../time.ts';
import { type FloatTensor, tryProvider } from '../../landmark/onnx.io.ts';
import { machineClock } from '../../machine-clock.io.ts';
import { quantile } from '../../quantile.ts';
import { INPUT_CHANNELS } from '../few-shot-vid2vid/conditioning.ts';
import {
  type FewShotModelLocation,
  readFewShotModel,
} from '../few-shot-vid2vid/few-shot-model.io.ts';
import { openFewShotNetworks } from '../few-shot-vid2vid/few-shot-networks.io.ts';
import type { Generator } from '../few-shot-vid2vid/generator-sessions.ts';
import {
  type NetworkWindow,
  USUAL_WINDOW,
  WHOLE_FIELD,
} from '../few-shot-vid2vid/network-window.ts';
import { type Device, type DeviceTrial, MOST_DIFFERENCE } from './device-choice.ts';
import { runtimeWords } from './runtime-words.ts';

/**
 * A process that tries the generator on one device and ends: what a driver does to it, it does to no
 * call. Whoever forked it ends it where it takes too long.
 */

export interface TrialRequest {
  readonly device: Device;
  readonly model: FewShotModelLocation;
}

/** Shaders are compiled and buffers are made in the first; the second finds them. */
const WARM_UP = 2;
/** Enough for a median that one disturbance does not move. */
const RUNS = 7;
/** What needs longer is too slow by any count: one run tells. */
const LONGEST: Milli = 1_000;

/** Numbers as noisy as a picture, the same each time (Numerical Recipes' generator). */
function noise(count: number, low: number, high: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return low + ((high - low) * state) / 2 ** 32;
  });
}

function inputOf({ width, height }: NetworkWindow): FloatTensor {
  const dims = [1, INPUT_CHANNELS.count, height, width];
  return { dims, data: noise(INPUT_CHANNELS.count * height * width, 0, 1) };
}

/** What a frame of a call gives each of them. */
const inputs = { window: inputOf(USUAL_WINDOW), whole: inputOf(WHOLE_FIELD) };

async function answerOf(generator: Generator, input: FloatTensor): Promise<Float32Array> {
  return (await generator.run({ input })).residual!.data;
}

/** Largest difference, as a share of the largest value. */
function difference(answer: Float32Array, wanted: Float32Array): number {
  let [apart, most] = [0, Number.MIN_VALUE];
  for (const [i, value] of wanted.entries()) {
    apart = Math.max(apart, Math.abs(value - answer[i]!));
    most = Math.max(most, Math.abs(value));
  }
  return apart / most;
}

async function attempt({ device, model: location }: TrialRequest): Promise<DeviceTrial> {
  // Most machines have no such device, which shows long before the model is read.
  await tryProvider(device);
  const model = await readFewShotModel(location);
  let failed: unknown;
  const networks = await openFewShotNetworks(model, {
    device,
    lost: (cause) => {
      failed ??= cause;
    },
  });
  const kernels = noise(networks.kernels, -0.1, 0.1);
  const generator = await networks.openGenerator(kernels);
  const usual = generator.windows ? inputs.window : inputs.whole;
  const times: Milli[] = [];
  const began = machineClock();
  while (failed === undefined && times.length < WARM_UP + RUNS) {
    const start = machineClock();
    await answerOf(generator, usual);
    times.push(machineClock() - start);
    if (times.length > WARM_UP && machineClock() - began > LONGEST) break;
  }
  const answer = await answerOf(generator, inputs.whole);
  if (failed !== undefined) throw failed;
  const onCpu = await model.openGenerator(kernels);
  const apart = difference(answer, await answerOf(onCpu, inputs.whole));
  if (!(apart <= MOST_DIFFERENCE)) return { kind: 'wrong', difference: apart };
  return { kind: 'ran', frame: quantile(times.slice(WARM_UP), 0.5) };
}

process.once('message', (request: TrialRequest) => {
  void attempt(request)
    .catch((error): DeviceTrial => ({ kind: 'unavailable', why: runtimeWords(error) }))
    // The runtime's own threads and destructors are not worth waiting for.
    .then((trial) => process.send?.(trial, () => process.kill(process.pid, 'SIGKILL')));
});
