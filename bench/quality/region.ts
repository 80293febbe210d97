import { FACE_OVAL, LIPS_OUTER, outline } from '../../src/pipeline/landmark/face-topology.ts';
import { EYE_RINGS } from '../../src/pipeline/render/warp/mesh-contours.ts';

/** Pixels of a square picture that a measurement looks at. */
export type Region = Uint32Array;

type Corner = readonly [x: number, y: number];

/** The corners of a closed contour of landmarks (x, y, z interleaved, pixels). */
const cornersOf = (points: Float32Array, contour: readonly number[]): Corner[] =>
  contour.map((i) => [points[3 * i]!, points[3 * i + 1]!]);

/** The pixels inside a closed polygon. */
function regionInside(corners: readonly Corner[], side: number): Region {
  const inside: number[] = [];
  const ys = corners.map(([, y]) => y);
  const bottom = Math.min(side - 1, Math.ceil(Math.max(...ys)));
  for (let y = Math.max(0, Math.floor(Math.min(...ys))); y <= bottom; y++) {
    const crossings: number[] = [];
    corners.forEach(([ax, ay], k) => {
      const [bx, by] = corners.at(k - 1)!;
      if (ay > y !== by > y) crossings.push(ax + ((bx - ax) * (y - ay)) / (by - ay));
    });
    crossings.sort((a, b) => a - b);
    for (let c = 0; c + 1 < crossings.length; c += 2) {
      const to = Math.min(side - 1, Math.floor(crossings[c + 1]!));
      for (let x = Math.max(0, Math.ceil(crossings[c]!)); x <= to; x++) inside.push(y * side + x);
    }
  }
  return Uint32Array.from(inside);
}

export const faceRegion = (points: Float32Array, side: number): Region =>
  regionInside(cornersOf(points, FACE_OVAL), side);

export const mouthRegion = (points: Float32Array, side: number): Region =>
  regionInside(cornersOf(points, outline(LIPS_OUTER)), side);

/** Around each eye: from the crease of the upper lid to below the lower one. */
export const eyeRegion = (points: Float32Array, side: number): Region =>
  Uint32Array.from(EYE_RINGS.flatMap((ring) => [...regionInside(cornersOf(points, ring), side)]));

/** How far the surround of a face reaches, in its outline's distance from the middle: ears, hair, neck and collar. */
const SURROUND = 1.7;

/** Around the face: outside its outline, inside the same drawn larger about its middle. */
export function aroundRegion(points: Float32Array, side: number): Region {
  const oval = cornersOf(points, FACE_OVAL);
  const middle = (axis: 0 | 1) => oval.reduce((sum, at) => sum + at[axis], 0) / oval.length;
  const [cx, cy] = [middle(0), middle(1)];
  const larger = oval.map(([x, y]): Corner => [cx + SURROUND * (x - cx), cy + SURROUND * (y - cy)]);
  const face = new Set(regionInside(oval, side));
  return regionInside(larger, side).filter((pixel) => !face.has(pixel));
}
