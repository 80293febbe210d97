import { openDeviceMemory, openOnnx } from '../../../../src/pipeline/landmark/onnx.io.ts';
import { machineClock } from '../../../../src/pipeline/machine-clock.io.ts';
import {
  batchGenerator,
  packKernels,
} from '../../../../src/pipeline/render/few-shot-vid2vid/batched-generator.ts';
import { DeviceGenerators } from '../../../../src/pipeline/render/few-shot-vid2vid/device-generators.ts';
import {
  bakeKernels,
  type KernelTable,
  kernelCount,
} from '../../../../src/pipeline/render/few-shot-vid2vid/kernel-table.ts';

/** One frame for each identity, asked for all at once, as often as there are rounds of inputs. */
export interface DrawRequest {
  /** The runtime's name of a provider. */
  readonly device: string;
  readonly generator: Uint8Array;
  readonly table: KernelTable;
  /** Of its input and outputs, for one frame. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly kernels: readonly Float32Array[];
  /** By round, then by identity. */
  readonly rounds: readonly (readonly Float32Array[])[];
}

export interface DrawAnswer {
  /** By round, then by identity, then by output. */
  readonly answers: readonly (readonly Readonly<Record<string, Float32Array>>[])[];
  /** Why the device was left, if it was. */
  readonly lost: readonly string[];
}

export async function drawOn(request: DrawRequest): Promise<DrawAnswer> {
  const { device, generator, table, shapes, kernels, rounds } = request;
  const lost: string[] = [];
  const openOnCpu = (own: Float32Array) => openOnnx(bakeKernels(generator, table, own), 'a test');
  const onDevice = await DeviceGenerators.open({
    openBatched: () =>
      openOnnx(batchGenerator(generator, table, shapes), 'a test', { providers: [device] }),
    openMemory: () => openDeviceMemory(device),
    openOnCpu,
    pack: (own) => packKernels(table, own),
    noKernels: () => new Float32Array(kernelCount(table)),
    lost: (cause) => lost.push(String(cause)),
    clock: machineClock,
    soon: (work) => void setImmediate(work),
  });
  const generators = await Promise.all(
    kernels.map((own) => (device === 'cpu' ? openOnCpu(own) : onDevice.openGenerator(own))),
  );
  const answers: Record<string, Float32Array>[][] = [];
  for (const inputs of rounds) {
    const round = await Promise.all(
      generators.map((each, i) => each.run({ input: { dims: shapes.input!, data: inputs[i]! } })),
    );
    answers.push(
      round.map((outputs) =>
        Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data.slice()])),
      ),
    );
  }
  for (const each of generators) await each.close();
  await onDevice.close();
  return { answers, lost };
}
