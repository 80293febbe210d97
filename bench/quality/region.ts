import { LIPS_OUTER, outline } from '../../src/pipeline/landmark/face-topology.ts';
import { EYE_RINGS, FACE_OVAL } from '../../src/pipeline/render/warp/mesh-contours.ts';

/** Pixels of a square picture that a measurement looks at. */
export type Region = Uint32Array;

/** The pixels inside a closed contour of landmarks (x, y, z interleaved, pixels). */
function regionInside(points: Float32Array, contour: readonly number[], side: number): Region {
  const inside: number[] = [];
  const corners = contour.map((i) => [points[3 * i]!, points[3 * i + 1]!] as const);
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
  regionInside(points, FACE_OVAL, side);

export const mouthRegion = (points: Float32Array, side: number): Region =>
  regionInside(points, outline(LIPS_OUTER), side);

/** Around each eye: from the crease of the upper lid to below the lower one. */
export const eyeRegion = (points: Float32Array, side: number): Region =>
  Uint32Array.from(EYE_RINGS.flatMap((ring) => [...regionInside(points, ring, side)]));
