import { UnderstudyError } from '../../../errors.ts';
import { openDeviceMemory } from '../../landmark/onnx.io.ts';
import { machineClock } from '../../machine-clock.io.ts';
import type { Px } from '../../picture.ts';
import type { Device } from '../device/device-choice.ts';
import { runtimeWords } from '../device/runtime-words.ts';
import { packKernels } from './batched-generator.ts';
import { DeviceGenerators, type DeviceGeneratorsPorts } from './device-generators.ts';
import type { RunFigures } from './device-studio.ts';
import { warmUp } from './device-warm-up.ts';
import type { FewShotNetworks } from './few-shot-engine.ts';
import type { FewShotModel } from './few-shot-model.io.ts';
import { refuseSize } from './few-shot-renderer.ts';
import { kernelCount } from './kernel-table.ts';
import { warpSessions } from './warp-sessions.io.ts';

/** Which device the generators are to run on. */
export interface DeviceUse {
  readonly device: Device;
  /** It failed, for the reason in the error's message, and the processor goes on in its place. */
  lost?(error: UnderstudyError): void;
  /** Calls back when those who are about to ask for a frame have asked; left out, in the next turn of the event loop. */
  soon?(work: () => void): void;
  /** Resolves when this thread may be held for less than a frame's time; left out, it may be at once. */
  spare?(): Promise<void>;
  /** Draw as on a device where it is the processor, too: slow, for whoever wants to see what is done there. */
  readonly rehearse?: boolean;
  /** What a run took, each time. */
  ran?(figures: RunFigures): void;
  /** Side of the pictures of calls: one that the model does not draw is refused, and on a device batches of all lengths are drawn of it before any call does, since the first of each takes seconds. */
  readonly warmUp?: Px;
}

/**
 * The model's networks: the generators on a device, the embedder on the processor, since it runs once an
 * identity. On the processor each identity has a session of its own, with its kernels as constants; on
 * another device all share one. The caller closes it.
 * @throws ModelError `model_invalid`; UnderstudyError `render_size_invalid`
 */
export async function openFewShotNetworks(
  model: FewShotModel,
  {
    device,
    lost,
    ran,
    soon = (work) => void setImmediate(work),
    spare,
    rehearse = false,
    warmUp: side,
  }: DeviceUse,
): Promise<FewShotNetworks> {
  if (side !== undefined) refuseSize(side, model.field);
  const networks: FewShotNetworks = {
    kernels: kernelCount(model.table),
    field: model.field,
    openEmbedder: () => model.openEmbedder(),
    openGenerator: async (own) => {
      await spare?.();
      const generator = await model.openGenerator(own);
      // Whoever asked goes on to hold the thread as well: the next frame goes before that.
      await spare?.();
      return generator;
    },
  };
  if (device === 'cpu' && !rehearse) return networks;
  const ports: DeviceGeneratorsPorts = {
    field: model.field,
    openFrames: (side) => model.openFrames(device, side),
    windows: model.windows,
    openMemory: () => openDeviceMemory(device),
    warps: warpSessions(device),
    openOnCpu: networks.openGenerator,
    pack: (kernels) => packKernels(model.table, kernels),
    lost: (cause) =>
      lost?.(
        new UnderstudyError('device_lost', `${device} failed: ${runtimeWords(cause)}.`, {
          value: device,
          cause,
        }),
      ),
    ...(ran && { ran }),
    soon,
    clock: machineClock,
  };
  const generators = await DeviceGenerators.open(ports);
  if (side !== undefined) {
    await warmUp(generators, new Float32Array(networks.kernels), side, machineClock);
  }
  return {
    ...networks,
    openGenerator: (own) => generators.openGenerator(own),
    close: () => generators.close(),
  };
}
