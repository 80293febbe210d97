import type { Px } from '../picture.ts';
import type { Radian } from '../pose/pose.ts';

/** A square turned about its centre, in pixels of the upright picture: what a network looks at. */
export interface FaceRegion {
  readonly x: Px;
  readonly y: Px;
  readonly size: Px;
  /** Clockwise as seen: the region's own x axis points this way in the picture. */
  readonly roll: Radian;
}

/** The landmark networks are trained on a margin of half the face's size around it. */
const MARGIN = 1.5;
/** Outer corners of the right and the left eye; the line through them is the face's x axis. */
const RIGHT_EYE_CORNER = 33;
const LEFT_EYE_CORNER = 263;
/** A region smaller than this holds nothing that a 192² network could see. */
const MIN_SIZE: Px = 8;

/** The square around a box, with the networks' margin, turned by the line from one point to another. */
export function regionAround(
  box: { readonly left: Px; readonly top: Px; readonly right: Px; readonly bottom: Px },
  from: { readonly x: Px; readonly y: Px },
  to: { readonly x: Px; readonly y: Px },
): FaceRegion {
  return {
    x: (box.left + box.right) / 2,
    y: (box.top + box.bottom) / 2,
    size: MARGIN * Math.max(box.right - box.left, box.bottom - box.top),
    roll: Math.atan2(to.y - from.y, to.x - from.x),
  };
}

/**
 * Where to look for the face in the next frame: the upright box of all landmarks, as MediaPipe's
 * face landmarker does it, irises included.
 */
export function regionOfLandmarks(points: Float32Array): FaceRegion {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i]!;
    const y = points[i + 1]!;
    if (x < box.left) box.left = x;
    if (x > box.right) box.right = x;
    if (y < box.top) box.top = y;
    if (y > box.bottom) box.bottom = y;
  }
  const corner = (index: number) => ({ x: points[3 * index]!, y: points[3 * index + 1]! });
  return regionAround(box, corner(RIGHT_EYE_CORNER), corner(LEFT_EYE_CORNER));
}

/** Whether a network can be pointed at the region: finite, not a speck, and touching the picture. */
export function isUsable(region: FaceRegion, width: Px, height: Px): boolean {
  const { x, y, size, roll } = region;
  if (![x, y, size, roll].every(Number.isFinite)) return false;
  const reach = size / Math.SQRT2;
  return size >= MIN_SIZE && x > -reach && x < width + reach && y > -reach && y < height + reach;
}

/**
 * Takes points that a network gave in its own input's pixels to pixels of the picture; z keeps the
 * scale of x. @param side the side of the network's input.
 */
export function projectPoints(raw: Float32Array, region: FaceRegion, side: Px): Float32Array {
  const scale = region.size / side;
  const cos = Math.cos(region.roll) * scale;
  const sin = Math.sin(region.roll) * scale;
  const points = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i += 3) {
    const x = raw[i]! - side / 2;
    const y = raw[i + 1]! - side / 2;
    points[i] = region.x + x * cos - y * sin;
    points[i + 1] = region.y + x * sin + y * cos;
    points[i + 2] = raw[i + 2]! * scale;
  }
  return points;
}
