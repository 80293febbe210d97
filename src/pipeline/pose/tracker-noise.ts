import type { Seconds } from '../../time.ts';

/** Of moments, the share that is taken for quiet: somebody who talks is at rest now and then, and a bad camera never is. */
const QUIET = 0.25;
/** How quickly the estimate rises, as a power of e; a camera's light does not change within less. */
const RISE = 0.7;
/** A tracker that trembles by more than so many times its usual noise is following something. */
const MOST = 6;

/**
 * How much a tracker trembles on this camera, against what it usually does: the quietest quarter of
 * all moments tells, for what moves then is nobody's doing. A stochastic quantile (Tierney, "A
 * Space-Efficient Recursive Procedure for Estimating a Quantile", 1983) in logarithms.
 */
export class TrackerNoise {
  #times = 1;

  /** Times the usual noise, 1 … 6. */
  get times(): number {
    return this.#times;
  }

  /** @param times what the last moment's roughness would be of the usual noise. */
  observe(times: number, dt: Seconds): void {
    const step = times > this.#times ? RISE : (-RISE * (1 - QUIET)) / QUIET;
    this.#times = Math.min(MOST, Math.max(1, this.#times * Math.exp(step * dt)));
  }

  /** Another camera, or the same in another light. */
  reset(): void {
    this.#times = 1;
  }
}
