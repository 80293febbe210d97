import type { Px } from '../../picture.ts';
import type { WarpPainter } from '../warp/warp-painter.ts';
import { MOST_DISTANCE } from './answer-limits.ts';
import { Conditioning, conditioningBytes, INPUT_CHANNELS } from './conditioning.ts';
import { FaceWindow } from './face-window.ts';
import type { Field } from './field.ts';
import type { OwnGenerator } from './generator-sessions.ts';
import { HalfField } from './half-field.ts';
import type { NetworkWindow } from './network-window.ts';
import { blendBytes, type GeneratorOutput, OutputBlend } from './output-blend.ts';

/** What a {@link ProcessorFinish} needs of its painter's memory, for pictures of a side. */
export const finishBytes = (side: Px, field: Field): number =>
  conditioningBytes(field) + blendBytes(side, field);

/**
 * Makes outputs of the warp's pictures on the processor: conditioning, network, blend, all on the painter's canvas.
 * Works in its painter's memory.
 */
export class ProcessorFinish {
  readonly #painter: WarpPainter;
  readonly #generator: OwnGenerator;
  readonly #conditioning: Conditioning;
  readonly #blend: OutputBlend;
  readonly #halfField: HalfField;
  /** Of the field, what the network is given, with all its cells and with a quarter of them. */
  readonly #window: FaceWindow;
  readonly #halfWindow: FaceWindow;

  /** @param at where {@link finishBytes} of the painter's memory are free, a multiple of 16. */
  constructor(painter: WarpPainter, generator: OwnGenerator, at: number) {
    this.#painter = painter;
    this.#generator = generator;
    const { field, windows = false } = generator;
    this.#window = new FaceWindow(field, windows);
    this.#halfWindow = new FaceWindow(field, true, 2);
    this.#conditioning = new Conditioning(painter, field, at);
    const { kernel } = this.#conditioning;
    this.#blend = new OutputBlend(painter, field, kernel, at + conditioningBytes(field));
    this.#halfField = new HalfField(field, painter.memory);
  }

  /** Whether there is a last output. */
  get hasPrevious(): boolean {
    return this.#blend.hasPrevious;
  }

  /**
   * Has the network correct what is on the canvas.
   * @returns false where that is not to be shown, or the runtime failed; the canvas shows the warp then.
   */
  async full(): Promise<boolean> {
    const window = this.#window.follow(this.#painter.points);
    return (await this.#generate(window, () => this.#answer(window))) && this.#compose();
  }

  /** The same on half the field's rows and columns: for networks that take windows. */
  async small(): Promise<boolean> {
    const window = this.#halfWindow.follow(this.#painter.points);
    return (await this.#generate(window, () => this.#halfAnswer(window))) && this.#compose();
  }

  /** In place of that: the last output of the face, moved along with the mesh. */
  between(): boolean {
    this.#conditioning.follow();
    this.#blend.goOn(this.#conditioning.lines);
    return this.#compose();
  }

  /** The next frame has no output before it. */
  forget(): void {
    this.#conditioning.forget();
    this.#blend.forget();
  }

  /** Has the blend take in the network's answer. @returns whether it can be drawn. */
  async #generate(window: NetworkWindow, answer: () => Promise<boolean>): Promise<boolean> {
    this.#conditioning.take(window);
    try {
      return await answer();
    } catch {
      return false; // counted by the caller: a call goes on with the warp
    }
  }

  async #answer(window: NetworkWindow): Promise<boolean> {
    const data = this.#conditioning.inside(window);
    return this.#blend.take(await this.#run(data, window.width, window.height), window);
  }

  async #halfAnswer(window: NetworkWindow): Promise<boolean> {
    const data = this.#conditioning.halved(window, this.#halfField);
    const output = await this.#run(data, window.width / 2, window.height / 2);
    return this.#blend.takeHalf(output, window, this.#halfField);
  }

  async #run(data: Float32Array, columns: number, rows: number): Promise<GeneratorOutput> {
    const dims = [1, INPUT_CHANNELS.count, rows, columns];
    const { residual, previous, flow } = await this.#generator.run({ input: { dims, data } });
    return { residual: residual!.data, previous: previous!.data, flow: flow!.data };
  }

  /** Lays the answer taken in last over the warp. */
  #compose(): boolean {
    this.#blend.spareShown();
    this.#blend.draw(this.#conditioning.flowAt);
    this.#conditioning.keep(this.#painter.canvas.at);
    if (this.#conditioning.distance() <= MOST_DISTANCE) {
      this.#blend.keep();
      return true;
    }
    this.#painter.paint();
    return false;
  }
}
