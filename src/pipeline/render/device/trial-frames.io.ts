import { openDeviceMemory } from '../../landmark/onnx.io.ts';
import { machineClock } from '../../machine-clock.io.ts';
import type { Px } from '../../picture.ts';
import { packKernels } from '../few-shot-vid2vid/batched-generator.ts';
import { DeviceFinish, deviceFinishBytes } from '../few-shot-vid2vid/device-finish.ts';
import { DeviceGenerators } from '../few-shot-vid2vid/device-generators.ts';
import { embedderInput } from '../few-shot-vid2vid/few-shot-identity.ts';
import type { FewShotModel } from '../few-shot-vid2vid/few-shot-model.io.ts';
import { EMBEDDER_FIELD } from '../few-shot-vid2vid/field.ts';
import type { DeviceOutput, Generator } from '../few-shot-vid2vid/generator-sessions.ts';
import { finishBytes, ProcessorFinish } from '../few-shot-vid2vid/processor-finish.ts';
import { warpSessions } from '../few-shot-vid2vid/warp-sessions.io.ts';
import type { WarpIdentity } from '../warp/warp-identity.ts';
import { WarpPainter } from '../warp/warp-painter.ts';
import type { Device } from './device-choice.ts';
import { trialIdentity, trialPoints } from './trial-face.ts';

/** What of the model a trial needs. */
export type TriedModel = Pick<
  FewShotModel,
  'field' | 'table' | 'windows' | 'openGenerator' | 'openEmbedder' | 'openFrames'
>;

/** Frames of a face that nobody has, drawn one after another as a session's are, where it is to be tried. To be closed. */
export class TrialFrames {
  readonly #painter: WarpPainter;
  readonly #finish: ProcessorFinish | DeviceFinish;
  readonly #close: () => Promise<void>;
  #frame = 0;

  private constructor(
    painter: WarpPainter,
    finish: ProcessorFinish | DeviceFinish,
    close: () => Promise<void>,
  ) {
    this.#painter = painter;
    this.#finish = finish;
    this.#close = close;
  }

  /** All on the processor. @throws ModelError `model_invalid` */
  static async onProcessor(model: TriedModel, side: Px): Promise<TrialFrames> {
    const { identity, kernels } = await enrolled(model);
    const generator: Generator = await model.openGenerator(kernels);
    const painter = new WarpPainter(identity, side, finishBytes(side, model.field));
    const finish = new ProcessorFinish(painter, generator, painter.spareAt);
    return new TrialFrames(painter, finish, () => generator.close());
  }

  /**
   * What a device can do is done there.
   * @throws what the device failed with.
   */
  static async onDevice(model: TriedModel, side: Px, device: Device): Promise<TrialFrames> {
    const { identity, kernels } = await enrolled(model);
    let why: unknown;
    const { field, windows } = model;
    const generators = await DeviceGenerators.open({
      field,
      openFrames: (of) => model.openFrames(device, of),
      openMemory: () => openDeviceMemory(device),
      warps: warpSessions(device),
      openOnCpu: () => Promise.reject(why),
      pack: (own) => packKernels(model.table, own),
      windows,
      lost: (cause) => {
        why = cause;
      },
      clock: machineClock,
      soon: (work) => void setImmediate(work),
    });
    const generator = await generators.openGenerator(kernels);
    const output: DeviceOutput | undefined = await generator.openOutput?.(side);
    if (!output) throw why;
    const painter = new WarpPainter(identity, side, deviceFinishBytes(side, field));
    const finish = new DeviceFinish(painter, output, { field, windows }, painter.spareAt);
    await finish.furnish();
    return new TrialFrames(painter, finish, async () => {
      finish.close();
      await generator.close();
      await generators.close();
    });
  }

  /**
   * Draws the next frame, as far as the planes that are coded.
   * @returns whether it is to be shown.
   * @throws what the device failed with.
   */
  async draw(): Promise<boolean> {
    this.#painter.follow(trialPoints(this.#frame++));
    if (this.#finish instanceof ProcessorFinish) this.#painter.paint();
    const drawn = await this.#finish.full();
    if (drawn === true) this.#painter.toFrame();
    return Boolean(drawn);
  }

  async close(): Promise<void> {
    this.#painter.close();
    await this.#close();
  }
}

async function enrolled(
  model: TriedModel,
): Promise<{ identity: WarpIdentity; kernels: Float32Array }> {
  const identity = trialIdentity();
  const data = embedderInput(identity);
  const embedder = await model.openEmbedder();
  try {
    const { cells, plane } = EMBEDDER_FIELD;
    const dims = [1, data.length / plane, cells, cells];
    const { kernels } = await embedder.run({ examples: { dims, data } });
    return { identity, kernels: kernels!.data.slice() };
  } finally {
    await embedder.close();
  }
}
