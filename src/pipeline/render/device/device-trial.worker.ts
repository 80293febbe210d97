import type { Milli } from '../../../time.ts';
import {
  type DeviceRun,
  type FloatTensor,
  type OnnxFeed,
  tryProvider,
} from '../../landmark/onnx.io.ts';
import { machineClock } from '../../machine-clock.io.ts';
import { quantile } from '../../quantile.ts';
import { BATCH_INPUTS, packKernels } from '../few-shot-vid2vid/batched-generator.ts';
import { INPUT_CHANNELS } from '../few-shot-vid2vid/conditioning.ts';
import {
  type FewShotModel,
  type FewShotModelLocation,
  readFewShotModel,
} from '../few-shot-vid2vid/few-shot-model.io.ts';
import { FrameFeeds, type FullFrame } from '../few-shot-vid2vid/frame-feeds.ts';
import { FRAME_INPUTS, FRAME_OUTPUTS } from '../few-shot-vid2vid/frame-values.ts';
import { kernelCount } from '../few-shot-vid2vid/kernel-table.ts';
import {
  type NetworkWindow,
  USUAL_WINDOW,
  WHOLE_FIELD,
} from '../few-shot-vid2vid/network-window.ts';
import { pictureLength } from '../few-shot-vid2vid/picture-graph.ts';
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

const SIDE = 256;

/** What a frame of a call gives the processor's network. */
function processorInput({ width, height }: NetworkWindow): FloatTensor {
  const dims = [1, INPUT_CHANNELS.count, height, width];
  return { dims, data: noise(INPUT_CHANNELS.count * height * width, 0, 1) };
}

/** What it gives a device, but for what is kept there. */
function deviceFeeds(kernels: Float32Array, window: NetworkWindow): Record<string, OnnxFeed> {
  const bytes = (count: number) => Uint8Array.from(noise(count, 16, 235));
  const frame: FullFrame = {
    kind: 'full',
    warp: {
      width: SIDE,
      height: SIDE,
      y: bytes(SIDE ** 2),
      u: bytes(SIDE ** 2 / 4),
      v: bytes(SIDE ** 2 / 4),
    },
    window,
    describe: (_, maps, motion) => {
      maps.set(bytes(maps.length));
      motion.set(noise(motion.length, -0.02, 0.02));
    },
  };
  return {
    ...new FrameFeeds(SIDE).full([frame], 1),
    [FRAME_INPUTS.from]: { dims: [1], data: new Int32Array(1) },
    [FRAME_INPUTS.fresh]: { dims: [1, 1], data: new Float32Array(1) },
    // What was kept stays, so that each run draws the same.
    [FRAME_INPUTS.keep]: { dims: [1], data: new Int32Array(1) },
    [BATCH_INPUTS.bank]: { dims: [1, kernels.length], data: kernels },
    [BATCH_INPUTS.rows]: { dims: [1], data: new Int32Array(1) },
  };
}

type Numbers = Float32Array | Uint8Array;

/** Largest difference, as a share of the largest value. */
function difference(answer: Numbers, wanted: Numbers): number {
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
  const kernels = noise(kernelCount(model.table), -0.1, 0.1);
  const window = model.windows ? USUAL_WINDOW : WHOLE_FIELD;
  if (device === 'cpu') {
    const generator = await model.openGenerator(kernels);
    const input = processorInput(window);
    return { kind: 'ran', frame: await timed(() => generator.run({ input })) };
  }
  const feeds = deviceFeeds(packKernels(model.table, kernels), window);
  const [onDevice, onCpu] = [
    await framesOn(model, device, feeds),
    await framesOn(model, 'cpu', feeds),
  ];
  const frame = await timed(onDevice);
  const [answer, wanted] = [await onDevice(), await onCpu()];
  const apart = Math.max(
    difference(answer.residual!.data, wanted.residual!.data),
    difference(answer.picture!.data, wanted.picture!.data),
  );
  if (!(apart <= MOST_DIFFERENCE)) return { kind: 'wrong', difference: apart };
  return { kind: 'ran', frame };
}

/** Draws whole frames on a provider, each from the output that was kept there before. */
async function framesOn(
  model: FewShotModel,
  provider: Device,
  feeds: Readonly<Record<string, OnnxFeed>>,
): Promise<() => Promise<DeviceRun['read']>> {
  const { full } = await model.openFrames(provider, SIDE);
  const length = pictureLength(SIDE);
  let kept: OnnxFeed = { dims: [1, length], data: new Uint8Array(length).fill(128) };
  const { picture, kept: keptName, residual } = FRAME_OUTPUTS;
  return async () => {
    const run = await full.run({ ...feeds, [FRAME_INPUTS.kept]: kept }, [
      picture,
      keptName,
      residual,
    ]);
    if ('dispose' in kept) kept.dispose();
    kept = run.kept[keptName]!;
    return run.read;
  };
}

/** Time of one frame. */
async function timed(draw: () => Promise<unknown>): Promise<Milli> {
  const times: Milli[] = [];
  const began = machineClock();
  while (times.length < WARM_UP + RUNS) {
    const start = machineClock();
    await draw();
    times.push(machineClock() - start);
    if (times.length > WARM_UP && machineClock() - began > LONGEST) break;
  }
  return quantile(times.slice(WARM_UP), 0.5);
}

process.once('message', (request: TrialRequest) => {
  void attempt(request)
    .catch((error): DeviceTrial => ({ kind: 'unavailable', why: runtimeWords(error) }))
    // The runtime's own threads and destructors are not worth waiting for.
    .then((trial) => process.send?.(trial, () => process.kill(process.pid, 'SIGKILL')));
});
