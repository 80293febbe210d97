/** A luma plane and its halvings, finest first. */
export interface Pyramid {
  readonly levels: readonly { readonly side: number; readonly luma: Float32Array }[];
}

const LEVELS = 3;
/** Of the window that a point's motion is found in: 2·5 + 1 pixels of its level. */
const RADIUS = 5;
const ITERATIONS = 3;
/** Windows whose weaker gradient has less energy than this a pixel (levels²) have no motion to find. */
const LEAST_TEXTURE = 0.6;
/** Points farther from home than this on one level have been led astray. */
const MOST_STEP = 4;

function halved({ side, luma }: { side: number; luma: Float32Array | Uint8Array }) {
  const half = side >> 1;
  const out = new Float32Array(half * half);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const p = 2 * y * side + 2 * x;
      out[y * half + x] = (luma[p]! + luma[p + 1]! + luma[p + side]! + luma[p + side + 1]!) / 4;
    }
  }
  return { side: half, luma: out };
}

/** The finest level has half the picture's side: the motion of faces is smooth, noise is not. */
export function pyramidOf(luma: Uint8Array, side: number): Pyramid {
  const levels = [halved({ side, luma })];
  while (levels.length < LEVELS) levels.push(halved(levels.at(-1)!));
  return { levels };
}

function sample(luma: Float32Array | Uint8Array, side: number, x: number, y: number): number {
  const u = Math.min(side - 1.001, Math.max(0, x));
  const v = Math.min(side - 1.001, Math.max(0, y));
  const left = Math.floor(u);
  const top = Math.floor(v);
  const p = top * side + left;
  const above = luma[p]! + (luma[p + 1]! - luma[p]!) * (u - left);
  const below = luma[p + side]! + (luma[p + side + 1]! - luma[p + side]!) * (u - left);
  return above + (below - above) * (v - top);
}

const SIZE = 2 * RADIUS + 1;
const PADDED = SIZE + 2;

/**
 * Where points of one picture went in the next: Lucas & Kanade's method on a pyramid (Bouguet,
 * "Pyramidal implementation of the Lucas Kanade feature tracker", 2000).
 * @param points x, y interleaved, pixels of the full picture.
 * @returns their motion, likewise; NaN where the picture has too little texture to tell.
 */
export function opticalFlow(from: Pyramid, to: Pyramid, points: Float32Array): Float32Array {
  const motion = new Float32Array(points.length).fill(Number.NaN);
  const window = new Window();
  for (let i = 0; i < points.length; i += 2) {
    let dx = 0;
    let dy = 0;
    for (let level = LEVELS - 1; level >= 0; level--) {
      const scale = 2 ** (level + 1);
      const { side, luma } = from.levels[level]!;
      // A texel's middle lies at half a step: pixel p is at (p + ½) / scale − ½.
      window.open(
        luma,
        side,
        (points[i]! + 0.5) / scale - 0.5,
        (points[i + 1]! + 0.5) / scale - 0.5,
      );
      [dx, dy] = window.follow(to.levels[level]!.luma, side, 2 * dx, 2 * dy);
    }
    if (window.weakest < LEAST_TEXTURE * SIZE * SIZE) continue;
    motion[i] = 2 * dx;
    motion[i + 1] = 2 * dy;
  }
  return motion;
}

/** What surrounds a point on one level, and how it changes from place to place. */
class Window {
  readonly #padded = new Float32Array(PADDED * PADDED);
  #x = 0;
  #y = 0;
  #xx = 0;
  #xy = 0;
  #yy = 0;

  /** Energy of the gradient in the direction that has the least of it. */
  get weakest(): number {
    return (this.#xx + this.#yy - Math.hypot(this.#xx - this.#yy, 2 * this.#xy)) / 2;
  }

  open(luma: Float32Array, side: number, x: number, y: number): void {
    const padded = this.#padded;
    [this.#x, this.#y, this.#xx, this.#xy, this.#yy] = [x, y, 0, 0, 0];
    for (let v = 0; v < PADDED; v++) {
      for (let u = 0; u < PADDED; u++) {
        padded[v * PADDED + u] = sample(luma, side, x + u - RADIUS - 1, y + v - RADIUS - 1);
      }
    }
    for (let v = 1; v <= SIZE; v++) {
      for (let k = v * PADDED + 1; k <= v * PADDED + SIZE; k++) {
        const gx = (padded[k + 1]! - padded[k - 1]!) / 2;
        const gy = (padded[k + PADDED]! - padded[k - PADDED]!) / 2;
        this.#xx += gx * gx;
        this.#xy += gx * gy;
        this.#yy += gy * gy;
      }
    }
  }

  /** @returns the motion that brings the window nearest to the next picture, from a first guess. */
  follow(next: Float32Array, side: number, guessX: number, guessY: number): [number, number] {
    const padded = this.#padded;
    const det = this.#xx * this.#yy - this.#xy * this.#xy;
    if (!(det > 1e-6)) return [guessX, guessY];
    let [dx, dy] = [guessX, guessY];
    for (let step = 0; step < ITERATIONS; step++) {
      let [bx, by] = [0, 0];
      for (let v = 1; v <= SIZE; v++) {
        for (let u = 1; u <= SIZE; u++) {
          const k = v * PADDED + u;
          const there = sample(
            next,
            side,
            this.#x + u - RADIUS - 1 + dx,
            this.#y + v - RADIUS - 1 + dy,
          );
          const difference = padded[k]! - there;
          bx += (difference * (padded[k + 1]! - padded[k - 1]!)) / 2;
          by += (difference * (padded[k + PADDED]! - padded[k - PADDED]!)) / 2;
        }
      }
      dx += (this.#yy * bx - this.#xy * by) / det;
      dy += (this.#xx * by - this.#xy * bx) / det;
    }
    return Math.hypot(dx - guessX, dy - guessY) < MOST_STEP ? [dx, dy] : [guessX, guessY];
  }
}

/** Mean distance of two motions of the same points, pixels, over the points that both know; undefined with none. */
export function flowDistance(a: Float32Array, b: Float32Array): number | undefined {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < a.length; i += 2) {
    const distance = Math.hypot(a[i]! - b[i]!, a[i + 1]! - b[i + 1]!);
    if (Number.isNaN(distance)) continue;
    sum += distance;
    count++;
  }
  return count === 0 ? undefined : sum / count;
}

/**
 * How far a picture is from the one before it moved along: mean difference of the luma at points and
 * where their motion brings them, in levels. What flickers, swims or pops counts, what moves as it
 * should does not: Lai et al., "Learning blind video temporal consistency", 2018.
 */
export function warpingError(
  before: Uint8Array,
  now: Uint8Array,
  side: number,
  points: Float32Array,
  motion: Float32Array,
): number | undefined {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i]! + motion[i]!;
    const y = points[i + 1]! + motion[i + 1]!;
    if (!(x >= 0 && y >= 0 && x < side - 1 && y < side - 1)) continue;
    sum += Math.abs(before[points[i + 1]! * side + points[i]!]! - sample(now, side, x, y));
    count++;
  }
  return count === 0 ? undefined : sum / count;
}

/** Every `step`th pixel, both ways, of those in a region: x, y interleaved. */
export function gridIn(region: Uint32Array, side: number, step: number): Float32Array {
  const points: number[] = [];
  for (const i of region) {
    const x = i % side;
    const y = Math.floor(i / side);
    if (x % step === 0 && y % step === 0) points.push(x, y);
  }
  return Float32Array.from(points);
}
