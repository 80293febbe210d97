/**
 * One channel under the pen: `side`² bytes, 0 empty … 255 covered. Places are in its pixels, the
 * centre of the first one at 0. What is drawn twice stays as the stronger of both.
 */
export interface Channel {
  readonly bytes: Uint8Array;
  readonly side: number;
}

function raise({ bytes, side }: Channel, x: number, y: number, share: number): void {
  const at = y * side + x;
  const value = share * 255 + 0.5;
  if (value > bytes[at]!) bytes[at] = value;
}

/** A straight line with round ends: full on the line itself, nothing from one pixel off. */
export function drawLine(channel: Channel, x0: number, y0: number, x1: number, y1: number): void {
  const last = channel.side - 1;
  const fromX = Math.max(0, Math.ceil(Math.min(x0, x1) - 1));
  const toX = Math.min(last, Math.floor(Math.max(x0, x1) + 1));
  const fromY = Math.max(0, Math.ceil(Math.min(y0, y1) - 1));
  const toY = Math.min(last, Math.floor(Math.max(y0, y1) + 1));
  const dx = x1 - x0;
  const dy = y1 - y0;
  const inverse = 1 / (dx * dx + dy * dy + 1e-12);
  for (let y = fromY; y <= toY; y++) {
    for (let x = fromX; x <= toX; x++) {
      const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) * inverse));
      const ex = x - x0 - t * dx;
      const ey = y - y0 - t * dy;
      const squared = ex * ex + ey * ey;
      if (squared < 1) raise(channel, x, y, 1 - Math.sqrt(squared));
    }
  }
}

/** A filled disc with an edge one pixel soft. */
export function drawDisc(channel: Channel, cx: number, cy: number, radius: number): void {
  const last = channel.side - 1;
  const reach = radius + 0.5;
  const toY = Math.min(last, Math.floor(cy + reach));
  const toX = Math.min(last, Math.floor(cx + reach));
  for (let y = Math.max(0, Math.ceil(cy - reach)); y <= toY; y++) {
    for (let x = Math.max(0, Math.ceil(cx - reach)); x <= toX; x++) {
      const share = Math.min(1, reach - Math.sqrt((x - cx) ** 2 + (y - cy) ** 2));
      if (share > 0) raise(channel, x, y, share);
    }
  }
}

/** Lines that a row of pixels is cut into: enough for edges without steps. */
const SUBROWS = 4;
const cover = new Float32Array(1024);
/** Where an outline crosses a height, from left to right: as many as it has corners, at most. */
let crossings = new Float64Array(64);

/**
 * A filled polygon (even-odd), each pixel by the share of it that is covered.
 * @param corners x, y interleaved
 */
export function drawPolygon(channel: Channel, corners: Float32Array): void {
  const { side } = channel;
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < corners.length; i += 2) {
    left = Math.min(left, corners[i]!);
    right = Math.max(right, corners[i]!);
    top = Math.min(top, corners[i + 1]!);
    bottom = Math.max(bottom, corners[i + 1]!);
  }
  if (crossings.length < corners.length / 2) crossings = new Float64Array(corners.length / 2);
  const fromX = Math.max(0, Math.floor(left + 0.5));
  const toX = Math.min(side, Math.ceil(right + 0.5));
  const lastRow = Math.min(side - 1, Math.floor(bottom + 0.5));
  for (let y = Math.max(0, Math.floor(top + 0.5)); y <= lastRow; y++) {
    cover.fill(0, fromX, toX);
    for (let s = 0; s < SUBROWS; s++) {
      const count = cross(corners, y - 0.5 + (s + 0.5) / SUBROWS);
      for (let c = 0; c + 1 < count; c += 2) {
        coverSpan(side, crossings[c]! + 0.5, crossings[c + 1]! + 0.5);
      }
    }
    for (let x = fromX; x < toX; x++) {
      if (cover[x]! > 0) raise(channel, x, y, Math.min(1, cover[x]! / SUBROWS));
    }
  }
}

/** Finds where the polygon's outline crosses a height. @returns how often. */
function cross(corners: Float32Array, y: number): number {
  const { length } = corners;
  let count = 0;
  let [ax, ay] = [corners[length - 2]!, corners[length - 1]!];
  for (let i = 0; i < length; i += 2) {
    const bx = corners[i]!;
    const by = corners[i + 1]!;
    if (ay <= y !== by <= y) {
      const x = ax + ((y - ay) * (bx - ax)) / (by - ay);
      let place = count++;
      for (; place > 0 && crossings[place - 1]! > x; place--) {
        crossings[place] = crossings[place - 1]!;
      }
      crossings[place] = x;
    }
    ax = bx;
    ay = by;
  }
  return count;
}

/** Adds the covered share of each pixel of a row; pixel x spans x … x + 1 here. */
function coverSpan(side: number, left: number, right: number): void {
  const from = Math.max(0, left);
  const to = Math.min(side, right);
  const whole = Math.floor(to);
  let x = Math.floor(from);
  if (x < to) {
    cover[x]! += Math.max(0, Math.min(to, x + 1) - from);
    x++;
  }
  for (; x < whole; x++) cover[x]! += 1;
  if (x < to) cover[x]! += to - x;
}
