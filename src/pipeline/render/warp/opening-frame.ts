import type { Opening } from '../../landmark/face-topology.ts';

/** Columns an opening is cut into: finer than the pixels of any mouth or eye we draw matter. */
const COLUMNS = 48;

/** A place in an opening's own axes, and where the contours cross at that share of the width. */
export interface OpeningPlace {
  along: number;
  across: number;
  upper: number;
  lower: number;
}

/**
 * An opening of the face (mouth or eye) in its own axes: `along` from one corner to the other,
 * `across` at a right angle, down positive. Units are those the points were given in.
 */
export class OpeningFrame {
  originX = 0;
  originY = 0;
  axisX = 1;
  axisY = 0;
  width = 1;
  /** Largest gap between the contours. */
  height = 0;
  minX = 0;
  minY = 0;
  maxX = 0;
  maxY = 0;
  readonly #opening: Opening;
  readonly #upper = new Float32Array(COLUMNS + 1);
  readonly #lower = new Float32Array(COLUMNS + 1);
  readonly #alongs: Float64Array;
  readonly #acrosses: Float64Array;
  readonly #slopes: Float64Array;

  constructor(opening: Opening) {
    this.#opening = opening;
    const longest = Math.max(opening.upper.length, opening.lower.length);
    this.#alongs = new Float64Array(longest);
    this.#acrosses = new Float64Array(longest);
    this.#slopes = new Float64Array(longest);
  }

  /** @param points x, y, z interleaved; `scale` and `shift` bring x and y to the wanted units. */
  fit(points: Float32Array, scale: number, shift: number): this {
    const { upper, lower } = this.#opening;
    const first = upper[0]!;
    const last = upper[upper.length - 1]!;
    this.originX = points[3 * first]! * scale + shift;
    this.originY = points[3 * first + 1]! * scale + shift;
    const dx = points[3 * last]! * scale + shift - this.originX;
    const dy = points[3 * last + 1]! * scale + shift - this.originY;
    this.width = Math.max(1e-3, Math.hypot(dx, dy));
    this.axisX = dx / this.width;
    this.axisY = dy / this.width;
    this.minX = this.minY = Number.POSITIVE_INFINITY;
    this.maxX = this.maxY = Number.NEGATIVE_INFINITY;
    this.#cut(points, scale, shift, upper, this.#upper);
    this.#cut(points, scale, shift, lower, this.#lower);
    this.height = 0;
    for (let c = 0; c <= COLUMNS; c++) {
      // Where the contours cross, the opening is shut.
      const middle = (this.#upper[c]! + this.#lower[c]!) / 2;
      if (this.#upper[c]! > this.#lower[c]!) this.#upper[c] = this.#lower[c] = middle;
      this.height = Math.max(this.height, this.#lower[c]! - this.#upper[c]!);
    }
    return this;
  }

  along(x: number, y: number): number {
    return ((x - this.originX) * this.axisX + (y - this.originY) * this.axisY) / this.width;
  }

  across(x: number, y: number): number {
    return (y - this.originY) * this.axisX - (x - this.originX) * this.axisY;
  }

  x(along: number, across: number): number {
    return this.originX + along * this.width * this.axisX - across * this.axisY;
  }

  y(along: number, across: number): number {
    return this.originY + along * this.width * this.axisY + across * this.axisX;
  }

  /** Where the upper contour crosses, at 0…1 of the width. */
  upper(along: number): number {
    return at(this.#upper, along);
  }

  lower(along: number): number {
    return at(this.#lower, along);
  }

  /** Sets the place of a point. */
  locate(x: number, y: number, place: OpeningPlace): void {
    place.along = this.along(x, y);
    place.across = this.across(x, y);
    place.upper = this.upper(place.along);
    place.lower = this.lower(place.along);
  }

  /** How far a place lies below the upper contour, at a right angle to it where it is steep; negative above. */
  below({ along, across, upper }: OpeningPlace): number {
    return (across - upper) / this.#steepness(this.#upper, along);
  }

  above({ along, across, lower }: OpeningPlace): number {
    return (lower - across) / this.#steepness(this.#lower, along);
  }

  /** Length of a piece of the contour that is one unit wide. */
  #steepness(columns: Float32Array, along: number): number {
    const c = Math.min(COLUMNS - 1, Math.max(0, Math.floor(along * COLUMNS)));
    return Math.hypot(1, ((columns[c + 1]! - columns[c]!) * COLUMNS) / this.width);
  }

  #cut(
    points: Float32Array,
    scale: number,
    shift: number,
    contour: readonly number[],
    out: Float32Array,
  ): void {
    const count = contour.length;
    const [alongs, acrosses, slopes] = [this.#alongs, this.#acrosses, this.#slopes];
    contour.forEach((index, i) => {
      const x = points[3 * index]! * scale + shift;
      const y = points[3 * index + 1]! * scale + shift;
      this.minX = Math.min(this.minX, x);
      this.minY = Math.min(this.minY, y);
      this.maxX = Math.max(this.maxX, x);
      this.maxY = Math.max(this.maxY, y);
      const least = i === 0 ? 0 : alongs[i - 1]!;
      alongs[i] = i === count - 1 ? 1 : Math.min(1, Math.max(least, this.along(x, y)));
      acrosses[i] = this.across(x, y);
    });
    for (let i = 0; i < count; i++) {
      slopes[i] = i === 0 || i === count - 1 ? 0 : slopeAt(alongs, acrosses, i);
    }
    // At the corners the curve goes straight for the next point.
    slopes[0] = chord(alongs, acrosses, 0);
    slopes[count - 1] = chord(alongs, acrosses, count - 2);
    let i = 0;
    for (let c = 0; c <= COLUMNS; c++) {
      const along = c / COLUMNS;
      while (i < count - 2 && alongs[i + 1]! < along) i++;
      out[c] = curve(alongs, acrosses, slopes, i, along);
    }
  }
}

function at(columns: Float32Array, along: number): number {
  const place = Math.min(1, Math.max(0, along)) * COLUMNS;
  const c = Math.min(COLUMNS - 1, Math.floor(place));
  return columns[c]! + (columns[c + 1]! - columns[c]!) * (place - c);
}

/** Slope of the straight line from point `i` to the next. */
function chord(alongs: Float64Array, acrosses: Float64Array, i: number): number {
  return (acrosses[i + 1]! - acrosses[i]!) / Math.max(1e-6, alongs[i + 1]! - alongs[i]!);
}

/**
 * The slope that a smooth curve has at an inner point without overshooting its neighbours: Fritsch &
 * Butland, "A method for constructing local monotone piecewise cubic interpolants", 1984.
 */
function slopeAt(alongs: Float64Array, acrosses: Float64Array, i: number): number {
  const before = chord(alongs, acrosses, i - 1);
  const after = chord(alongs, acrosses, i);
  if (before * after <= 0) return 0;
  const h = alongs[i]! - alongs[i - 1]!;
  const k = alongs[i + 1]! - alongs[i]!;
  const w = h + 2 * k;
  const v = 2 * h + k;
  return (w + v) / (w / before + v / after);
}

/** The contour as a curve between points `i` and `i + 1`: straight pieces would show their corners. */
function curve(
  alongs: Float64Array,
  acrosses: Float64Array,
  slopes: Float64Array,
  i: number,
  along: number,
): number {
  const span = alongs[i + 1]! - alongs[i]!;
  if (span < 1e-6) return acrosses[i + 1]!;
  const t = Math.min(1, Math.max(0, (along - alongs[i]!) / span));
  const s = 1 - t;
  return (
    acrosses[i]! * s * s * (1 + 2 * t) +
    acrosses[i + 1]! * t * t * (1 + 2 * s) +
    span * t * s * (slopes[i]! * s - slopes[i + 1]! * t)
  );
}
