import { FACE_MESH_POINTS_WITH_IRISES } from '../landmark/landmarks.ts';

const VALUES = FACE_MESH_POINTS_WITH_IRISES * 3;
/** Two to take a velocity from, one more to be written while they are read. */
const CAPACITY = 3;
/**
 * Points that move less than this between frames, in sides of the picture, tremble rather than move:
 * a bit over half a pixel at 512.
 */
const TREMOR = 0.0013;
/** Share of the last place that a point at rest keeps: three quarters of its tremor go, within half a pixel. */
const STEADINESS = 0.65;
/** Points that move farther than this in one frame have jumped: their velocity says nothing. */
const JUMP = 0.1;

/**
 * The last poses of one renderer, a ring of fixed size that owns its memory. Takes the tremor of a
 * landmark tracker out of poses, without lag for what moves, and continues the motion into a frame
 * for which no pose came.
 */
export class TemporalBuffer {
  readonly #ring = Array.from({ length: CAPACITY }, () => new Float32Array(VALUES));
  #newest = -1;
  #held = 0;
  #continued = false;

  /** How many poses it remembers. */
  get length(): number {
    return this.#held;
  }

  reset(): void {
    this.#held = 0;
    this.#continued = false;
  }

  /**
   * Takes in the pose of this frame: 478 points, x, y, z interleaved, fractions of the side.
   * @returns the points to draw: the buffer's own memory, valid until the next call.
   */
  push(points: Float32Array): Float32Array {
    const before = this.#held > 0 ? this.#ring[this.#newest]! : undefined;
    const next = this.#advance();
    for (let i = 0; i < VALUES; i += 3) {
      let keep = 0;
      if (before) {
        const dx = points[i]! - before[i]!;
        const dy = points[i + 1]! - before[i + 1]!;
        keep = STEADINESS * Math.exp(-(dx * dx + dy * dy) / (TREMOR * TREMOR));
      }
      for (let k = i; k < i + 3; k++) {
        next[k] = before ? points[k]! + (before[k]! - points[k]!) * keep : points[k]!;
      }
    }
    this.#continued = false;
    return next;
  }

  /**
   * The points for a frame without a pose: once, each goes on as fast as it last moved; after that,
   * and with nothing to tell a speed from, they hold.
   * @returns undefined when there is no pose to go on from.
   */
  fill(): Float32Array | undefined {
    if (this.#held === 0) return undefined;
    const last = this.#ring[this.#newest]!;
    if (this.#held < 2 || this.#continued) return last;
    const before = this.#ring[(this.#newest + CAPACITY - 1) % CAPACITY]!;
    const next = this.#advance();
    for (let i = 0; i < VALUES; i += 3) {
      const dx = last[i]! - before[i]!;
      const dy = last[i + 1]! - before[i + 1]!;
      const go = dx * dx + dy * dy < JUMP * JUMP ? 1 : 0;
      for (let k = i; k < i + 3; k++) next[k] = last[k]! + (last[k]! - before[k]!) * go;
    }
    this.#continued = true;
    return next;
  }

  #advance(): Float32Array {
    this.#newest = (this.#newest + 1) % CAPACITY;
    this.#held = Math.min(CAPACITY, this.#held + 1);
    return this.#ring[this.#newest]!;
  }
}
