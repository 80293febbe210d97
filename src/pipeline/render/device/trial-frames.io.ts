import { FACE_MESH_POINTS_WITH_IRISES } from '../../landmark/landmarks.ts';
import { openDeviceMemory } from '../../landmark/onnx.io.ts';
import { machineClock } from '../../machine-clock.io.ts';
import type { Picture, Px } from '../../picture.ts';
import { CANONICAL_FACE } from '../../pose/canonical-face.ts';
import type { Example } from '../engine.ts';
import { packKernels } from '../few-shot-vid2vid/batched-generator.ts';
import { DEVICE_FINISH_BYTES, DeviceFinish } from '../few-shot-vid2vid/device-finish.ts';
import { DeviceGenerators } from '../few-shot-vid2vid/device-generators.ts';
import { embedderInput } from '../few-shot-vid2vid/few-shot-identity.ts';
import type { FewShotModel } from '../few-shot-vid2vid/few-shot-model.io.ts';
import type { DeviceOutput, Generator } from '../few-shot-vid2vid/generator-sessions.ts';
import { FIELD_SIDE } from '../few-shot-vid2vid/network-shape.ts';
import { finishBytes, ProcessorFinish } from '../few-shot-vid2vid/processor-finish.ts';
import { newKernelMemory } from '../warp/kernel-space.ts';
import { enrolWarpIdentity, type WarpIdentity } from '../warp/warp-identity.ts';
import { WarpPainter } from '../warp/warp-painter.ts';
import type { Device } from './device-choice.ts';
import { noise } from './repeatable-noise.ts';

/** Where a face is in the picture of an identity, and the distance of its eyes' outer corners, in sides. */
const FRAMED = Object.freeze({ x: 0.5, y: 0.42, scale: 0.22 });
/** Of the picture that the face is drawn from. */
const EXAMPLE_SIDE: Px = 256;
/** Frames that a sway to and fro takes, and how far it goes, in sides: no frame is like the one before it. */
const PERIOD = 40;
const REACH = 0.01;

/** What of the model a trial needs. */
export type TriedModel = Pick<
  FewShotModel,
  'table' | 'windows' | 'openGenerator' | 'openEmbedder' | 'openFrames'
>;

/**
 * Frames of a face that nobody has, framed as identities are, drawn one after another as a session's are: first the warp,
 * then all that comes after it, where it is to be tried. To be closed.
 */
export class TrialFrames {
  readonly #painter: WarpPainter;
  readonly #finish: ProcessorFinish | DeviceFinish;
  readonly #points: Float32Array;
  readonly #close: () => Promise<void>;
  #frame = 0;

  private constructor(
    painter: WarpPainter,
    finish: ProcessorFinish | DeviceFinish,
    points: Float32Array,
    close: () => Promise<void>,
  ) {
    this.#painter = painter;
    this.#finish = finish;
    this.#points = points;
    this.#close = close;
  }

  /** After the warp the processor goes on. @throws ModelError `model_invalid` */
  static async onProcessor(model: TriedModel, side: Px): Promise<TrialFrames> {
    const { identity, kernels } = await enrolled(model);
    const generator: Generator = await model.openGenerator(kernels);
    const painter = new WarpPainter(identity, side, finishBytes(side));
    const finish = new ProcessorFinish(painter, generator, painter.spareAt);
    return new TrialFrames(painter, finish, framed(), () => generator.close());
  }

  /**
   * After the warp a device goes on.
   * @throws what the device failed with.
   */
  static async onDevice(model: TriedModel, side: Px, device: Device): Promise<TrialFrames> {
    const { identity, kernels } = await enrolled(model);
    let why: unknown;
    const generators = await DeviceGenerators.open({
      openFrames: (of) => model.openFrames(device, of),
      openMemory: () => openDeviceMemory(device),
      openOnCpu: () => Promise.reject(why),
      pack: (own) => packKernels(model.table, own),
      windows: model.windows,
      lost: (cause) => {
        why = cause;
      },
      clock: machineClock,
      soon: (work) => void setImmediate(work),
    });
    const generator = await generators.openGenerator(kernels);
    const output: DeviceOutput | undefined = await generator.openOutput?.(side);
    if (!output) throw why;
    const painter = new WarpPainter(identity, side, DEVICE_FINISH_BYTES);
    const { windows } = model;
    const finish = new DeviceFinish(painter, output, { windows }, painter.spareAt);
    return new TrialFrames(painter, finish, framed(), async () => {
      finish.close();
      await generator.close();
      await generators.close();
    });
  }

  /** Draws the next frame's warp. */
  warp(): void {
    const shift = REACH * Math.sin((2 * Math.PI * this.#frame++) / PERIOD);
    this.#painter.draw(this.#points.map((value, i) => (i % 3 === 0 ? value + shift : value)));
  }

  /**
   * Does what comes after the warp, as far as the planes that are coded.
   * @returns whether the frame is to be shown.
   * @throws what the device failed with.
   */
  async finish(): Promise<boolean> {
    const drawn = await this.#finish.full();
    if (drawn === true) this.#painter.toFrame();
    return Boolean(drawn);
  }

  async close(): Promise<void> {
    this.#painter.close();
    await this.#close();
  }
}

function framed(): Float32Array {
  const { x, y, scale } = FRAMED;
  return CANONICAL_FACE.map((value, i) => scale * value + (i % 3 === 0 ? x : i % 3 === 1 ? y : 0));
}

/** Skin all over, a little uneven. */
function picture(): Picture {
  const rgba = new Uint8ClampedArray(4 * EXAMPLE_SIDE ** 2);
  const unevenness = noise(EXAMPLE_SIDE ** 2, -6, 6);
  for (const [i, change] of unevenness.entries())
    rgba.set([200 + change, 160 + change, 135 + change, 255], 4 * i);
  return { width: EXAMPLE_SIDE, height: EXAMPLE_SIDE, rgba };
}

async function enrolled(
  model: TriedModel,
): Promise<{ identity: WarpIdentity; kernels: Float32Array }> {
  const example: Example = {
    picture: picture(),
    landmarks: {
      points: framed().map((value) => value * EXAMPLE_SIDE),
      count: FACE_MESH_POINTS_WITH_IRISES,
      presence: 1,
      pictureWidth: EXAMPLE_SIDE,
      pictureHeight: EXAMPLE_SIDE,
    },
  };
  const identity = enrolWarpIdentity([example], newKernelMemory());
  const data = embedderInput(identity);
  const embedder = await model.openEmbedder();
  try {
    const dims = [1, data.length / FIELD_SIDE ** 2, FIELD_SIDE, FIELD_SIDE];
    const { kernels } = await embedder.run({ examples: { dims, data } });
    return { identity, kernels: kernels!.data.slice() };
  } finally {
    await embedder.close();
  }
}
