import { UnderstudyError } from '../../errors.ts';
import { FACE_MESH_POINTS_WITH_IRISES } from '../landmark/landmarks.ts';
import type { Pose } from '../pose/pose.ts';
import { TemporalBuffer } from './temporal-buffer.ts';

/** Landmarks farther out than this many sides are a tracker gone wrong. */
const REACH = 3;
const VALUES = FACE_MESH_POINTS_WITH_IRISES * 3;

/**
 * The poses of one renderer, one after another: refuses those that cannot be drawn, and answers with
 * the points that are to be drawn (478, x, y, z interleaved, in sides of the picture), which stay
 * valid until the next call.
 */
export class PoseTrail {
  readonly #past = new TemporalBuffer();

  /** @throws UnderstudyError `render_failed` for a pose that is none; the trail stays as it was. */
  follow({ points }: Pose): Float32Array {
    if (points.length !== VALUES || !points.every((p) => Math.abs(p) < REACH)) {
      throw new UnderstudyError(
        'render_failed',
        `A pose needs ${VALUES} numbers within ±${REACH} sides of the picture.`,
        { value: points.length, valid: VALUES },
      );
    }
    return this.#past.push(points);
  }

  /**
   * For a frame without a pose.
   * @param held the pose to follow where there is no past to go on from.
   * @throws UnderstudyError `render_failed` for a held pose that is none.
   */
  goOn(held: Pose): Float32Array {
    return this.#past.fill() ?? this.follow(held);
  }

  reset(): void {
    this.#past.reset();
  }
}
