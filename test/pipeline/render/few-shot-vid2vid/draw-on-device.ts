import type { Device } from '../../../../src/pipeline/render/device/device-choice.ts';
import {
  type FewShotModelLocation,
  readFewShotModel,
} from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-model.io.ts';
import { openFewShotNetworks } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-networks.io.ts';

/** One frame for each identity, asked for all at once, as often as there are rounds of inputs. */
export interface DrawRequest {
  readonly device: Device;
  readonly model: FewShotModelLocation;
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

export async function drawOn({ device, model, kernels, rounds }: DrawRequest): Promise<DrawAnswer> {
  const lost: string[] = [];
  const networks = await openFewShotNetworks(await readFewShotModel(model), {
    device,
    lost: ({ message }) => lost.push(message),
  });
  const generators = await Promise.all(kernels.map((own) => networks.openGenerator(own)));
  const answers: Record<string, Float32Array>[][] = [];
  for (const inputs of rounds) {
    const round = await Promise.all(
      generators.map((generator, i) =>
        generator.run({ input: { dims: [1, 32, 128, 128], data: inputs[i]! } }),
      ),
    );
    answers.push(
      round.map((outputs) =>
        Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data.slice()])),
      ),
    );
  }
  for (const generator of generators) await generator.close();
  await networks.close?.();
  return { answers, lost };
}
