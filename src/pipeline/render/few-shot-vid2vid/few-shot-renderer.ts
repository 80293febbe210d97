import { UnderstudyError } from '../../../errors.ts';
import type { AvatarFrame, Px } from '../../picture.ts';
import type { Pose } from '../../pose/pose.ts';
import type { Elsewhere, RenderEffort, Renderer, RendererOptions } from '../engine.ts';
import { drawMark, type Mark, markFor } from '../mark.ts';
import { PoseTrail } from '../pose-trail.ts';
import type { WarpIdentity } from '../warp/warp-identity.ts';
import { WarpPainter } from '../warp/warp-painter.ts';
import { CONDITIONING_BYTES, Conditioning, INPUT_CHANNELS } from './conditioning.ts';
import type { Generator } from './generator-sessions.ts';
import { FIELD_SIDE, NETWORK_SIDE } from './network-shape.ts';
import { type NetworkWindow, WHOLE_FIELD, windowAround } from './network-window.ts';
import { blendBytes, OutputBlend } from './output-blend.ts';

const LARGEST: Px = 1024;
/** Sides that the network's picture can be averaged from, one place from whole pixels. */
export const FEW_SHOT_SIZES: readonly Px[] = Array.from(
  { length: (LARGEST - NETWORK_SIDE) / FIELD_SIDE + 1 },
  (_, i) => NETWORK_SIDE + i * FIELD_SIDE,
);

/**
 * Mean distance, in steps of luma, between what is drawn and the plain warp: corrections of a face
 * change a picture by a few steps, a feedback that runs away by far more.
 */
const MOST_DISTANCE = 40;

/** Draws one enrolled identity for one session: the warp, corrected by the generator. */
export class FewShotRenderer implements Renderer {
  readonly efforts = ['full', 'between', 'warp'] as const;
  readonly #session: Pick<Generator, 'run' | 'took' | 'windows'>;
  readonly #elsewhere: Elsewhere | undefined;
  readonly #painter: WarpPainter;
  readonly #conditioning: Conditioning;
  readonly #blend: OutputBlend;
  readonly #mark: Mark | undefined;
  readonly #trail = new PoseTrail();
  /** Of the field, what the network was given last. */
  #window: NetworkWindow = WHOLE_FIELD;
  #effort: RenderEffort = 'full';
  #closed = false;
  #degraded = 0;

  /**
   * @param session the identity's generator; it stays its owner's.
   * @throws UnderstudyError `render_size_invalid`
   */
  constructor(
    identity: WarpIdentity,
    session: Pick<Generator, 'run' | 'took' | 'windows'>,
    { size, mark, elsewhere }: RendererOptions,
  ) {
    if (!FEW_SHOT_SIZES.includes(size)) {
      throw new UnderstudyError(
        'render_size_invalid',
        `The engine few-shot-vid2vid draws pictures with a side of ${FEW_SHOT_SIZES.join(', ')}, not ${size}.`,
        { value: size, valid: FEW_SHOT_SIZES },
      );
    }
    this.#session = session;
    this.#elsewhere = elsewhere;
    this.#painter = new WarpPainter(identity, size, CONDITIONING_BYTES + blendBytes(size));
    const { spareAt } = this.#painter;
    this.#conditioning = new Conditioning(this.#painter, spareAt);
    this.#blend = new OutputBlend(
      this.#painter,
      this.#conditioning.kernel,
      spareAt + CONDITIONING_BYTES,
    );
    this.#mark = mark ? markFor(size) : undefined;
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
    this.#closed = true;
    this.#painter.close();
  }

  #refuseClosed(): void {
    if (this.#closed) throw new UnderstudyError('render_failed', 'The renderer is closed.');
  }

  async #draw(points: Float32Array, effort: RenderEffort): Promise<AvatarFrame> {
    const painter = this.#painter;
    painter.draw(points);
    // Where there is no output to move along, the warp is all there is without the network.
    if (effort === 'warp' || (effort === 'between' && !this.#blend.hasPrevious)) this.#forget();
    else {
      if (effort === 'between') this.#goOn();
      const drawn = effort === 'between' || (await this.#generate());
      if (!drawn) this.#fallBack();
      else if (!this.#compose()) {
        this.#fallBack();
        painter.draw(points);
      }
    }
    const { memory, at, side } = painter.canvas;
    if (this.#mark) drawMark(this.#mark, memory, at, side);
    return painter.toFrame();
  }

  /** Has the blend go on with the last output. */
  #goOn(): void {
    this.#conditioning.follow();
    this.#blend.goOn();
  }

  /** Has the blend take in the network's answer. @returns false where it is unusable, or the runtime failed. */
  async #generate(): Promise<boolean> {
    this.#conditioning.take();
    const window = this.#session.windows
      ? windowAround(this.#painter.points, this.#window)
      : WHOLE_FIELD;
    this.#window = window;
    const dims = [1, INPUT_CHANNELS.count, window.height, window.width];
    try {
      const data = this.#conditioning.inside(window);
      const ask = () => this.#session.run({ input: { dims, data } });
      const { took } = this.#session;
      // On the processor it is this thread that works.
      const answer =
        took === undefined || !this.#elsewhere
          ? await ask()
          : await this.#elsewhere(ask, () => this.#session.took ?? 0);
      const { residual, previous, flow } = answer;
      const output = { residual: residual!.data, previous: previous!.data, flow: flow!.data };
      return this.#blend.take(output, window);
    } catch {
      return false; // counted by the caller: a call goes on with the warp
    }
  }

  /** Lays the answer taken in over the warp. @returns false where the result is not to be shown. */
  #compose(): boolean {
    this.#blend.spareShown();
    this.#blend.draw(this.#conditioning.flowAt);
    this.#conditioning.keep(this.#painter.canvas.at);
    if (this.#conditioning.distance() > MOST_DISTANCE) return false;
    this.#blend.keep();
    return true;
  }

  /** Without a sound answer the warp alone stands, and the next frame starts afresh. */
  #fallBack(): void {
    this.#degraded++;
    this.#forget();
  }

  #forget(): void {
    this.#conditioning.forget();
    this.#blend.forget();
  }
}
