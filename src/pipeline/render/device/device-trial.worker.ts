import type { Milli } from '../../../time.ts';
import { tryProvider } from '../../landmark/onnx.io.ts';
import type { DeviceRun, OnnxFeed } from '../../landmark/onnx-session.ts';
import { machineClock } from '../../machine-clock.io.ts';
import type { Px } from '../../picture.ts';
import { quantile } from '../../quantile.ts';
import { BATCH_INPUTS, packKernels } from '../few-shot-vid2vid/batched-generator.ts';
import type { FrameSessions } from '../few-shot-vid2vid/device-studio.ts';
import {
  type FewShotModel,
  type FewShotModelLocation,
  readFewShotModel,
} from '../few-shot-vid2vid/few-shot-model.io.ts';
import type { Field } from '../few-shot-vid2vid/field.ts';
import { FrameFeeds, type FullFrame } from '../few-shot-vid2vid/frame-feeds.ts';
import { FRAME_INPUTS, FRAME_OUTPUTS } from '../few-shot-vid2vid/frame-values.ts';
import { kernelCount } from '../few-shot-vid2vid/kernel-table.ts';
import { type NetworkWindow, usualOf, wholeOf } from '../few-shot-vid2vid/network-window.ts';
import { pictureLength } from '../few-shot-vid2vid/picture-graph.ts';
import { type Device, type DeviceTrial, MOST_DIFFERENCE } from './device-choice.ts';
import { noise } from './repeatable-noise.ts';
import { runtimeWords } from './runtime-words.ts';
import { TrialFrames } from './trial-frames.io.ts';
import { trialWarp } from './trial-warp.io.ts';

/**
 * A process that has one device finish frames, as it would in a call, and ends: what a driver does to it, it does to no
 * call. The processor is tried by the same: all that a frame takes. Whoever forked it ends it where it takes too long.
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

/** What a frame of a call gives a device, but for what is kept there. */
function deviceFeeds(
  kernels: Float32Array,
  field: Field,
  window: NetworkWindow,
): Record<string, OnnxFeed> {
  const { side } = field;
  const bytes = (count: number) => Uint8Array.from(noise(count, 16, 235));
  const frame: FullFrame = {
    kind: 'full',
    warp: {
      kind: 'painted',
      planes: {
        width: side,
        height: side,
        y: bytes(side ** 2),
        u: bytes(side ** 2 / 4),
        v: bytes(side ** 2 / 4),
      },
    },
    window,
    describe: (_, maps, motion) => {
      maps.set(bytes(maps.length));
      motion?.set(noise(motion.length, -0.02, 0.02));
    },
  };
  return {
    ...new FrameFeeds(side, field).full([frame], 1),
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
  // Of the smallest pictures that the model draws.
  const { side } = model.field;
  if (device === 'cpu')
    return { kind: 'ran', frame: await timed(await TrialFrames.onProcessor(model, side)) };
  const apart = Math.max(
    await fromProcessor(model, device),
    await warpFromProcessor(model.field, device),
  );
  if (!(apart <= MOST_DIFFERENCE)) return { kind: 'wrong', difference: apart };
  return { kind: 'ran', frame: await timed(await TrialFrames.onDevice(model, side, device)) };
}

/** How far what is drawn on a device is from what the processor makes of the same. */
async function fromProcessor(model: FewShotModel, device: Device): Promise<number> {
  const kernels = noise(kernelCount(model.table), -0.1, 0.1);
  const { field } = model;
  const window = model.windows ? usualOf(field) : wholeOf(field);
  const feeds = deviceFeeds(packKernels(model.table, kernels), field, window);
  const answer = await secondFrame(await model.openFrames(device, field.side), feeds, field.side);
  const wanted = await secondFrame(await model.openFrames('cpu', field.side), feeds, field.side);
  return Math.max(
    difference(answer.residual!.data, wanted.residual!.data),
    difference(answer.picture!.data, wanted.picture!.data),
  );
}

/** The same of the warp, where a device draws it. */
async function warpFromProcessor(field: Field, device: Device): Promise<number> {
  const answer = await trialWarp(device, field.side, field);
  const wanted = await trialWarp('cpu', field.side, field);
  return answer && wanted ? difference(answer, wanted) : 0;
}

/**
 * Draws two frames, the second of the output that was kept there of the first, and closes the sessions: on a device one that
 * was asked for some of its outputs cannot be asked for others.
 */
async function secondFrame(
  { full, between }: FrameSessions,
  feeds: Readonly<Record<string, OnnxFeed>>,
  side: Px,
): Promise<DeviceRun['read']> {
  const length = pictureLength(side);
  const { picture, kept: keptName, residual } = FRAME_OUTPUTS;
  const outputs = [picture, keptName, residual];
  const grey: OnnxFeed = { dims: [1, length], data: new Uint8Array(length).fill(128) };
  const { kept } = await full.run({ ...feeds, [FRAME_INPUTS.kept]: grey }, outputs);
  const first = kept[keptName]!;
  const second = await full.run({ ...feeds, [FRAME_INPUTS.kept]: first }, outputs);
  for (const each of [first, second.kept[keptName]!]) if ('dispose' in each) each.dispose();
  await full.close();
  await between.close();
  return second.read;
}

/**
 * Time of one frame.
 * @throws Error where it is not to be shown: what is drawn in a call then is another.
 */
async function timed(frames: TrialFrames): Promise<Milli> {
  const times: Milli[] = [];
  const began = machineClock();
  while (times.length < WARM_UP + RUNS) {
    const start = machineClock();
    if (!(await frames.draw())) throw new Error('what it draws is not to be shown');
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
