import { UnderstudyError } from '../../../errors.ts';
import type { AvatarFrame, Px } from '../../picture.ts';
import type { Pose } from '../../pose/pose.ts';
import type { RenderEffort, Renderer, RendererOptions } from '../engine.ts';
import { drawMark, type Mark, markFor, markPlanes } from '../mark.ts';
import { PoseTrail } from '../pose-trail.ts';
import type { WarpIdentity } from '../warp/warp-identity.ts';
import { WarpPainter } from '../warp/warp-painter.ts';
import { DeviceFinish, deviceFinishBytes } from './device-finish.ts';
import type { Field } from './field.ts';
import type { DeviceOutput, OwnGenerator } from './generator-sessions.ts';
import { finishBytes, ProcessorFinish } from './processor-finish.ts';

const LARGEST: Px = 1024;
/** Sides that a network's picture can be averaged from, one place from whole pixels. */
export const sizesOf = ({ side, cells }: Field): readonly Px[] =>
  Array.from({ length: (LARGEST - side) / cells + 1 }, (_, i) => side + i * cells);

const EFFORTS = ['full', 'between', 'warp'] as const;
const EFFORTS_WITH_SMALL = ['full', 'small', 'between', 'warp'] as const;

/** Draws one enrolled identity for one session: the warp, corrected by the generator. */
export class FewShotRenderer implements Renderer {
  readonly #generator: OwnGenerator;
  readonly #painter: WarpPainter;
  readonly #mark: Mark | undefined;
  readonly #trail = new PoseTrail();
  #finish: ProcessorFinish | DeviceFinish;
  #effort: RenderEffort = 'full';
  #closed = false;
  #degraded = 0;

  /**
   * @param generator the identity's; it stays its owner's.
   * @param output this session's on a device, where there is one: the renderer's to close.
   * @throws UnderstudyError `render_size_invalid`
   */
  constructor(
    identity: WarpIdentity,
    generator: OwnGenerator,
    { size, mark, elsewhere }: RendererOptions,
    output?: DeviceOutput,
  ) {
    const { field, windows = false } = generator;
    refuseSize(size, field);
    this.#generator = generator;
    // On a device it is kept for the day when that fails.
    const spare = Math.max(finishBytes(size, field), output ? deviceFinishBytes(size, field) : 0);
    this.#painter = new WarpPainter(identity, size, spare);
    this.#finish = output
      ? new DeviceFinish(
          this.#painter,
          output,
          { field, windows, elsewhere },
          this.#painter.spareAt,
        )
      : this.#onProcessor();
    this.#mark = mark ? markFor(size) : undefined;
  }

  /** Has the device, where there is one, hold what it draws from. Before the first frame. */
  async furnish(): Promise<void> {
    if (this.#finish instanceof DeviceFinish) await this.#finish.furnish();
  }

  /** Half the field takes a network that takes parts of it. On a device it would spare little: most of a frame is not the network. */
  get efforts(): readonly RenderEffort[] {
    const processor = this.#finish instanceof ProcessorFinish;
    return processor && this.#generator.windows ? EFFORTS_WITH_SMALL : EFFORTS;
  }

  get degraded(): number {
    return this.#degraded;
  }

  async render(pose: Pose, effort: RenderEffort = 'full'): Promise<AvatarFrame> {
    this.#refuseClosed();
    const points = this.#trail.follow(pose);
    this.#effort = effort;
    return this.#draw(points, effort);
  }

  async fill(held: Pose): Promise<AvatarFrame> {
    this.#refuseClosed();
    // A late frame costs no more than those around it.
    return this.#draw(this.#trail.goOn(held), this.#effort);
  }

  reset(): void {
    this.#painter.reset();
    this.#trail.reset();
    this.#effort = 'full';
    this.#forget();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#finish instanceof DeviceFinish) this.#finish.close();
    this.#painter.close();
  }

  #refuseClosed(): void {
    if (this.#closed) throw new UnderstudyError('render_failed', 'The renderer is closed.');
  }

  #onProcessor(): ProcessorFinish {
    return new ProcessorFinish(this.#painter, this.#generator, this.#painter.spareAt);
  }

  async #draw(points: Float32Array, effort: RenderEffort): Promise<AvatarFrame> {
    this.#painter.follow(points);
    // Where there is no output to move along, the warp is all there is without the network.
    if (effort === 'warp' || (effort === 'between' && !this.#finish.hasPrevious)) {
      this.#painter.paint();
      this.#forget();
    } else {
      const drawn = await this.#finished(effort);
      if (drawn !== 'on canvas' && drawn !== undefined) {
        if (this.#mark) markPlanes(this.#mark, drawn);
        return drawn;
      }
      if (!drawn) this.#fallBack();
    }
    const { memory, at, side } = this.#painter.canvas;
    if (this.#mark) drawMark(this.#mark, memory, at, side);
    return this.#painter.toFrame();
  }

  /** @returns the output, unmarked, in planes or on the canvas; undefined where it is not to be shown, and the canvas shows the warp. */
  async #finished(effort: RenderEffort): Promise<AvatarFrame | 'on canvas' | undefined> {
    const finish = this.#finish;
    if (finish instanceof DeviceFinish) {
      try {
        return await (effort === 'between' ? finish.between() : finish.full());
      } catch {
        // Whoever owns the device says why. The past went with it: the processor begins afresh, with this frame.
        finish.close();
        this.#finish = this.#onProcessor();
        return this.#finished('full');
      }
    }
    this.#painter.paint();
    return (await this.#onCanvas(finish, effort)) ? 'on canvas' : undefined;
  }

  async #onCanvas(finish: ProcessorFinish, effort: RenderEffort): Promise<boolean> {
    if (effort === 'between') return finish.between();
    const { windows } = this.#generator;
    return effort === 'small' && windows ? finish.small() : finish.full();
  }

  /** Without a sound answer the warp alone stands, and the next frame starts afresh. */
  #fallBack(): void {
    this.#degraded++;
    this.#forget();
  }

  #forget(): void {
    this.#finish.forget();
  }
}

/** @throws UnderstudyError `render_size_invalid` */
export function refuseSize(size: Px, field: Field): void {
  const sizes = sizesOf(field);
  if (sizes.includes(size)) return;
  throw new UnderstudyError(
    'render_size_invalid',
    `The engine few-shot-vid2vid draws pictures with a side of ${sizes.join(', ')} with its network of ${field.side}², not ${size}.`,
    { value: size, valid: sizes },
  );
}
