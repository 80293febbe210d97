import type { Opening } from '../../landmark/face-topology.ts';

/** Columns an opening is cut into: finer than the pixels of any mouth or eye we draw matter. */
const COLUMNS = 48;

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

  constructor(opening: Opening) {
    this.#opening = opening;
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

  #cut(
    points: Float32Array,
    scale: number,
    shift: number,
    contour: readonly number[],
    out: Float32Array,
  ): void {
    let column = 0;
    let beforeAlong = 0;
    let beforeAcross = 0;
    contour.forEach((index, i) => {
      const x = points[3 * index]! * scale + shift;
      const y = points[3 * index + 1]! * scale + shift;
      this.minX = Math.min(this.minX, x);
      this.minY = Math.min(this.minY, y);
      this.maxX = Math.max(this.maxX, x);
      this.maxY = Math.max(this.maxY, y);
      const lastPoint = i === contour.length - 1;
      const along = lastPoint ? 1 : Math.min(1, Math.max(beforeAlong, this.along(x, y)));
      const across = this.across(x, y);
      while (column <= COLUMNS && column / COLUMNS <= along) {
        const span = along - beforeAlong;
        const t = span > 1e-6 ? (column / COLUMNS - beforeAlong) / span : 1;
        out[column++] = beforeAcross + (across - beforeAcross) * t;
      }
      beforeAlong = along;
      beforeAcross = across;
    });
    // A contour of straight pieces shows its corners: round them.
    let left = out[0]!;
    for (let c = 1; c < COLUMNS; c++) {
      const own = out[c]!;
      out[c] = (left + 2 * own + out[c + 1]!) / 4;
      left = own;
    }
  }
}

function at(columns: Float32Array, along: number): number {
  const place = Math.min(1, Math.max(0, along)) * COLUMNS;
  const c = Math.min(COLUMNS - 1, Math.floor(place));
  return columns[c]! + (columns[c + 1]! - columns[c]!) * (place - c);
}
