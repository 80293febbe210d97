import type { Seconds } from '../../time.ts';

export interface OneEuroParameters {
  /** Cut-off at rest, in Hz: lower holds stiller. */
  readonly minCutoff: number;
  /** Hz gained per unit of speed: higher follows quicker. */
  readonly beta: number;
  /** Cut-off of the speed's own low-pass, in Hz. */
  readonly derivativeCutoff: number;
  /** Speed that the tracker's noise alone reads as, in units a second: it opens nothing. */
  readonly speedFloor: number;
}

/** Share of the new value that a first-order low-pass takes in one step. */
function takeUp(cutoff: number, dt: Seconds): number {
  const step = 2 * Math.PI * cutoff * dt;
  return step / (step + 1);
}

/**
 * The One-Euro filter (Casiez, Roussel, Vogel, "1€ Filter", CHI 2012) over a group of values that
 * belong together: one cut-off for all of them, from their common speed, so that a group moves as
 * one and the noise of its members averages out. As in MediaPipe's landmark smoothing, the
 * derivative is taken from the previous raw value.
 */
export class OneEuroFilter {
  readonly #indices: readonly number[];
  readonly #raw: Float64Array;
  readonly #speed: Float64Array;
  readonly #smooth: Float64Array;
  readonly #dimensions: number;
  #parameters: OneEuroParameters;
  #started = false;

  /**
   * @param indices which entries of the arrays given to {@link apply} are this group's.
   * @param dimensions how many consecutive entries are one point: speed is that of a point.
   */
  constructor(indices: readonly number[], dimensions: number, parameters: OneEuroParameters) {
    this.#indices = indices;
    this.#dimensions = dimensions;
    this.#parameters = parameters;
    this.#raw = new Float64Array(indices.length);
    this.#speed = new Float64Array(indices.length);
    this.#smooth = new Float64Array(indices.length);
  }

  set parameters(parameters: OneEuroParameters) {
    this.#parameters = parameters;
  }

  /** The next values pass as they are. */
  reset(): void {
    this.#started = false;
  }

  /** Smooths the group's entries of `values` in place. `unit` is what the parameters' unit measures in them. */
  apply(values: Float64Array, dt: Seconds, unit = 1): void {
    const { minCutoff, beta, derivativeCutoff, speedFloor } = this.#parameters;
    const n = this.#indices.length;
    if (!this.#started) {
      this.#started = true;
      for (let k = 0; k < n; k++) {
        this.#raw[k] = this.#smooth[k] = values[this.#indices[k]!]!;
        this.#speed[k] = 0;
      }
      return;
    }
    const speedShare = takeUp(derivativeCutoff, dt);
    let energy = 0;
    for (let k = 0; k < n; k++) {
      const value = values[this.#indices[k]!]!;
      const speed = (value - this.#raw[k]!) / dt;
      this.#raw[k] = value;
      this.#speed[k]! += speedShare * (speed - this.#speed[k]!);
      energy += this.#speed[k]! ** 2;
    }
    const speed = Math.sqrt((energy * this.#dimensions) / n) / unit;
    const share = takeUp(minCutoff + beta * Math.max(0, speed - speedFloor), dt);
    for (let k = 0; k < n; k++) {
      this.#smooth[k]! += share * (this.#raw[k]! - this.#smooth[k]!);
      values[this.#indices[k]!] = this.#smooth[k]!;
    }
  }
}
