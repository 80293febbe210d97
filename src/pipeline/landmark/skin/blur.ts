/** Beyond so many standard deviations nothing is added up any more. */
const REACH = 2.5;

/** A Gaussian blur of planes of one size that are zero around their middle; what lies outside counts as zero. */
export class Blur {
  readonly #width: number;
  readonly #height: number;
  readonly #taps: Float32Array;
  readonly #rows: Float32Array;

  /** @param sigma in cells; at {@link radius} from a plane's edge everything must be zero. */
  constructor(width: number, height: number, sigma: number) {
    this.#width = width;
    this.#height = height;
    const radius = Math.ceil(REACH * sigma);
    const taps = Float32Array.from({ length: radius + 1 }, (_, i) =>
      Math.exp((-i * i) / (2 * sigma * sigma)),
    );
    const sum = taps.reduce((total, tap) => total + 2 * tap, -taps[0]!);
    this.#taps = taps.map((tap) => tap / sum);
    this.#rows = new Float32Array(width * height);
  }

  get radius(): number {
    return this.#taps.length - 1;
  }

  /** In place. */
  over(plane: Float32Array): void {
    const width = this.#width;
    const { radius } = this;
    this.#pass(plane, this.#rows, 1, radius, width * this.#height - radius);
    this.#pass(this.#rows, plane, width, radius * width, width * (this.#height - radius));
  }

  #pass(from: Float32Array, to: Float32Array, step: number, start: number, end: number): void {
    const taps = this.#taps;
    const { radius } = this;
    const middle = taps[0]!;
    for (let i = start; i < end; i++) {
      let sum = middle * from[i]!;
      for (let k = 1, reach = step; k <= radius; k++, reach += step) {
        sum += taps[k]! * (from[i - reach]! + from[i + reach]!);
      }
      to[i] = sum;
    }
  }
}
