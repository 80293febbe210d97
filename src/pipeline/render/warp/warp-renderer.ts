import { UnderstudyError } from '../../../errors.ts';
import type { AvatarFrame } from '../../picture.ts';
import type { Pose } from '../../pose/pose.ts';
import type { Renderer, RendererOptions } from '../engine.ts';
import { drawMark, type Mark, markFor } from '../mark.ts';
import { PoseTrail } from '../pose-trail.ts';
import type { WarpIdentity } from './warp-identity.ts';
import { WarpPainter } from './warp-painter.ts';

/** Draws a {@link WarpIdentity} for one session, frame after frame. */
export class WarpRenderer implements Renderer {
  /** Nothing in it can fail in part. */
  readonly degraded = 0;
  readonly #side: number;
  readonly #painter: WarpPainter;
  readonly #mark: Mark | undefined;
  readonly #trail = new PoseTrail();
  #closed = false;

  /** @throws UnderstudyError `render_size_invalid` */
  constructor(identity: WarpIdentity, { size, mark }: RendererOptions) {
    this.#side = size;
    this.#painter = new WarpPainter(identity, size);
    this.#mark = mark ? markFor(size) : undefined;
  }

  async render(pose: Pose): Promise<AvatarFrame> {
    this.#refuseClosed();
    return this.#draw(this.#trail.follow(pose));
  }

  async fill(held: Pose): Promise<AvatarFrame> {
    this.#refuseClosed();
    return this.#draw(this.#trail.goOn(held));
  }

  reset(): void {
    this.#painter.reset();
    this.#trail.reset();
  }

  close(): void {
    this.#closed = true;
    this.#painter.close();
  }

  #refuseClosed(): void {
    if (this.#closed) throw new UnderstudyError('render_failed', 'The renderer is closed.');
  }

  #draw(points: Float32Array): AvatarFrame {
    this.#painter.draw(points);
    const { memory, at } = this.#painter.canvas;
    if (this.#mark) drawMark(this.#mark, memory, at, this.#side);
    return this.#painter.toFrame();
  }
}
