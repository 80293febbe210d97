import { UnderstudyError } from '../../../errors.ts';
import type { Milli } from '../../../time.ts';

/** What a network can run on, by the runtime's names; the first is always there. */
export const DEVICES = ['cpu', 'webgpu', 'cuda'] as const;
export type Device = (typeof DEVICES)[number];
/** What `--device` takes: one of them, or whichever draws a frame soonest. */
export type DeviceSetting = 'auto' | Device;

/** What became of trying the network on a device. */
export type DeviceTrial =
  /** Time of one frame. */
  | { readonly kind: 'ran'; readonly frame: Milli }
  /** It cannot be opened here; the runtime's words. */
  | { readonly kind: 'unavailable'; readonly why: string }
  /** No frame was done within the limit. */
  | { readonly kind: 'slow'; readonly limit: Milli }
  /** Its answer is not the processor's; largest difference, as a share of the largest value. */
  | { readonly kind: 'wrong'; readonly difference: number };

export type DeviceTrials = Readonly<Partial<Record<Device, DeviceTrial>>>;

export interface DeviceChoice {
  readonly device: Device;
  /** A clause for people: what was chosen against what. */
  readonly reason: string;
}

/**
 * A device's answer is another order of the same sums in float32: a millionth off. Past this it
 * computes something else, as some do for shapes of convolutions that they have an error in.
 */
export const MOST_DIFFERENCE = 0.01;

/**
 * A device that takes longer for a frame is none for calls, named or not: it holds its worker's thread so
 * long that this would be taken for hung.
 */
const LONGEST_FRAME: Milli = 1_000;

/**
 * What is to be tried next before anything can be chosen; undefined when all is known. The processor
 * is timed only where there is something to compare it with.
 */
export function nextTrial(setting: DeviceSetting, trials: DeviceTrials): Device | undefined {
  if (setting === 'cpu') return undefined;
  const others = setting === 'auto' ? DEVICES.filter((device) => device !== 'cpu') : [setting];
  const open = others.find((device) => !trials[device]);
  if (open !== undefined || setting !== 'auto') return open;
  const ran = others.some((device) => trials[device]?.kind === 'ran');
  return ran && !trials.cpu ? 'cpu' : undefined;
}

/**
 * A named device is taken if it works, `auto` takes the soonest, the processor where they are even.
 * @throws UnderstudyError `device_unavailable`: why a named one does not do, and what does.
 */
export function chooseDevice(setting: DeviceSetting, trials: DeviceTrials): DeviceChoice {
  if (setting === 'cpu') return { device: 'cpu', reason: 'as asked' };
  if (setting === 'auto') return soonest(trials);
  const trial = trials[setting];
  if (trial?.kind === 'ran' && trial.frame <= LONGEST_FRAME)
    return { device: setting, reason: `as asked: ${told(setting, trial)}` };
  throw new UnderstudyError(
    'device_unavailable',
    `--device ${setting} does not do here: ${told(setting, trial)}. ${REMEDIES[setting]} Or give --device cpu, or auto.`,
    { value: setting, valid: ['auto', 'cpu'] },
  );
}

const REMEDIES: Readonly<Record<Exclude<Device, 'cpu'>, string>> = {
  webgpu:
    'It needs a graphics driver with Vulkan and its loader (libvulkan.so.1) on Linux, Direct3D 12 or Metal elsewhere.',
  cuda: "It needs Linux on x64, CUDA 12 with cuDNN 9, and onnxruntime's own CUDA files: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node.",
};

function soonest(trials: DeviceTrials): DeviceChoice {
  let best: { device: Device; frame: Milli } | undefined;
  for (const device of DEVICES) {
    const trial = trials[device];
    if (trial?.kind !== 'ran' || trial.frame > LONGEST_FRAME) continue;
    if (best === undefined || trial.frame < best.frame) best = { device, frame: trial.frame };
  }
  const device = best?.device ?? 'cpu';
  const order = [device, ...DEVICES.filter((other) => other !== device)];
  const sentences = order.flatMap((each) => {
    const trial = trials[each];
    return trial ? [told(each, trial)] : [];
  });
  return { device, reason: sentences.length > 0 ? sentences.join(', ') : 'nothing was tried' };
}

function told(device: Device, trial: DeviceTrial | undefined): string {
  switch (trial?.kind) {
    case 'ran':
      return `${device} ${rounded(trial.frame)} ms a frame`;
    case 'slow':
      return `${device} no frame in ${trial.limit / 1_000} s`;
    case 'wrong':
      return `${device} answers otherwise than the processor by ${rounded(100 * trial.difference)} %`;
    case 'unavailable':
      return `no ${device} (${trial.why})`;
    case undefined:
      return `${device} was not tried`;
  }
}

/** Two digits are what a few runs tell. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(value < 100 ? 2 : 3)));
}
