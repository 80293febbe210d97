import type { Seconds } from '../../time.ts';
import { TrackerNoise } from './tracker-noise.ts';

export interface OneEuroParameters {
  /** Cut-off at rest, in Hz: lower holds stiller. */
  readonly minCutoff: number;
  /** Hz gained per unit of speed: higher follows quicker. */
  readonly beta: number;
  /** Cut-off of the speed's own low-pass, in Hz. */
  readonly derivativeCutoff: number;
  /** Speed that the tracker's noise alone reads as, in units a second: it opens nothing. */
  readonly speedFloor: number;
  /** Standard deviation of the tracker's usual noise in each value, in units. */
  readonly noise: number;
  /** Hz gained each time that the group lags behind by {@link LAG_FLOOR} more. */
  readonly lagBeta: number;
}

/** Cut-off of the lag's own low-pass, in Hz: over a tenth of a second noise is mostly gone. */
const LAG_CUTOFF = 2;
/** A lag counts from so many times what noise alone shows of one. */
const LAG_FLOOR = 2;
/** Of white noise, the variance of second differences. */
const SECOND_DIFFERENCES = 6;

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
 *
 * Speed alone leaves what moves slowly behind: below what noise reads as it opens nothing, and at
 * rest the filter is a second and more late. So the cut-off rises, too, with how far the group has
 * been left behind, averaged over long enough that noise cancels out and a slow smile does not.
 * Where the tracker trembles more than usual, both floors are higher by as much.
 */
export class OneEuroFilter {
  readonly #indices: readonly number[];
  readonly #raw: Float64Array;
  readonly #step: Float64Array;
  readonly #speed: Float64Array;
  readonly #lag: Float64Array;
  readonly #smooth: Float64Array;
  readonly #dimensions: number;
  readonly #noise = new TrackerNoise();
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
    this.#step = new Float64Array(indices.length);
    this.#speed = new Float64Array(indices.length);
    this.#lag = new Float64Array(indices.length);
    this.#smooth = new Float64Array(indices.length);
  }

  set parameters(parameters: OneEuroParameters) {
    this.#parameters = parameters;
  }

  /** The next values pass as they are. */
  reset(): void {
    this.#started = false;
    this.#noise.reset();
  }

  /** Smooths the group's entries of `values` in place. `unit` is what the parameters' unit measures in them. */
  apply(values: Float64Array, dt: Seconds, unit = 1): void {
    const n = this.#indices.length;
    if (!this.#started) {
      this.#started = true;
      for (let k = 0; k < n; k++) {
        this.#raw[k] = this.#smooth[k] = values[this.#indices[k]!]!;
        this.#step[k] = this.#speed[k] = this.#lag[k] = 0;
      }
      return;
    }
    const share = takeUp(this.#cutoff(values, dt, unit), dt);
    for (let k = 0; k < n; k++) {
      this.#smooth[k]! += share * (this.#raw[k]! - this.#smooth[k]!);
      values[this.#indices[k]!] = this.#smooth[k]!;
    }
  }

  /** Takes the new values up as the raw ones, and says how far to open, in Hz. */
  #cutoff(values: Float64Array, dt: Seconds, unit: number): number {
    const { minCutoff, beta, derivativeCutoff, speedFloor, noise, lagBeta } = this.#parameters;
    const n = this.#indices.length;
    const speedShare = takeUp(derivativeCutoff, dt);
    const lagShare = takeUp(LAG_CUTOFF, dt);
    let [energy, behind, rough] = [0, 0, 0];
    for (let k = 0; k < n; k++) {
      const value = values[this.#indices[k]!]!;
      const step = value - this.#raw[k]!;
      rough += (step - this.#step[k]!) ** 2;
      this.#step[k] = step;
      this.#raw[k] = value;
      this.#speed[k]! += speedShare * (step / dt - this.#speed[k]!);
      energy += this.#speed[k]! ** 2;
      this.#lag[k]! += lagShare * (value - this.#smooth[k]! - this.#lag[k]!);
      behind += this.#lag[k]! ** 2;
    }
    this.#noise.observe(Math.sqrt(rough / (n * SECOND_DIFFERENCES)) / (unit * noise), dt);
    const trembling = this.#noise.times;
    const ofPoint = Math.sqrt(this.#dimensions / n) / unit;
    const speed = Math.sqrt(energy) * ofPoint - speedFloor * trembling;
    // What of white noise a low-pass lets through, of all of a point's values.
    const seeming = noise * trembling * Math.sqrt((this.#dimensions * lagShare) / (2 - lagShare));
    const lag = (Math.sqrt(behind) * ofPoint) / (LAG_FLOOR * seeming) - 1;
    return minCutoff + beta * Math.max(0, speed) + lagBeta * Math.max(0, lag);
  }
}
