import { CANONICAL_FACE } from '../../src/pipeline/landmark/canonical-face.ts';
import { FACE_TRIANGLES } from '../../src/pipeline/landmark/face-triangles.ts';
import type { FaceLandmarks } from '../../src/pipeline/landmark/landmarks.ts';
import type { AvatarFrame } from '../../src/pipeline/picture.ts';
import { HeadFit } from '../../src/pipeline/pose/head-fit.ts';
import { REGION_MASKS } from '../../src/pipeline/render/warp/face-mesh.ts';
import { facings } from '../../src/pipeline/render/warp/face-visibility.ts';

/**
 * Who a face is, in numbers that we can define without a face-recognition network: the shape of its
 * bones, the texture of its skin and features, and its colours, each seen from the front, whatever
 * the head's turn and what the face expresses.
 */
export interface FaceDescriptor {
  /** Points that expressions hardly move, in face space, units of the eye distance. */
  readonly shape: Float32Array;
  /** Histograms of gradient directions, a cell after the other, each of unit length; 0 where unseen. */
  readonly texture: Float32Array;
  /** Mean luma (by the face's own mean), Cb, Cr of each cell; 0 where unseen. */
  readonly colour: Float32Array;
  /** A cell each: 1 seen, 0 turned away. */
  readonly seen: Uint8Array;
}

/** Side of the frontal view, and of the cells it is described by. */
const VIEW = 64;
const CELL = 8;
const CELLS = (VIEW / CELL) ** 2;
const DIRECTIONS = 8;
/** The face's oval in face space, units of the eye distance: x ±0.8, y −0.6 … 1.3. */
const LEFT = -0.85;
const TOP = -0.62;
const SPAN = 1.9;
/** Skin that faces the camera less than this (cosine) is no evidence. */
const SEEN_FROM = 0.3;
/** A cell with fewer of its pixels seen is left out. */
const LEAST_SEEN = 0.6;

/** Points neither lips, lids nor brows move much. */
const SHAPE_POINTS = Array.from({ length: 468 }, (_, i) => i).filter(
  (i) => REGION_MASKS.mouth[i]! < 0.3 && REGION_MASKS.eyes[i]! < 0.7,
);

interface Texel {
  readonly corners: readonly [number, number, number];
  readonly weights: readonly [number, number, number];
}

/** For every pixel of the frontal view, the triangle that covers it, by the average face. */
const VIEW_TEXELS: readonly (Texel | undefined)[] = (() => {
  const texels: (Texel | undefined)[] = new Array(VIEW * VIEW).fill(undefined);
  const depth = new Float64Array(VIEW * VIEW).fill(Number.POSITIVE_INFINITY);
  const at = (i: number) =>
    [
      ((CANONICAL_FACE[3 * i]! - LEFT) / SPAN) * VIEW,
      ((CANONICAL_FACE[3 * i + 1]! - TOP) / SPAN) * VIEW,
      CANONICAL_FACE[3 * i + 2]!,
    ] as const;
  for (let t = 0; t < FACE_TRIANGLES.length; t += 3) {
    const corners = [FACE_TRIANGLES[t]!, FACE_TRIANGLES[t + 1]!, FACE_TRIANGLES[t + 2]!] as const;
    const [[ax, ay, az], [bx, by, bz], [cx, cy, cz]] = corners.map(at) as [
      readonly [number, number, number],
      readonly [number, number, number],
      readonly [number, number, number],
    ];
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (area <= 1e-9) continue;
    for (let y = 0; y < VIEW; y++) {
      for (let x = 0; x < VIEW; x++) {
        const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
        const v = (px * (cy - ay) - (cx - ax) * py) / area;
        const w = ((bx - ax) * py - px * (by - ay)) / area;
        const u = 1 - v - w;
        if (u < 0 || v < 0 || w < 0) continue;
        const z = u * az + v * bz + w * cz;
        if (z >= depth[y * VIEW + x]!) continue;
        depth[y * VIEW + x] = z;
        texels[y * VIEW + x] = { corners, weights: [u, v, w] };
      }
    }
  }
  return texels;
})();

/** Mean of the plane's samples around a place: the frontal view is coarser than the picture. */
function boxSample(plane: Uint8Array, side: number, x: number, y: number, radius: number): number {
  const [cx, cy] = [Math.round(x), Math.round(y)];
  let sum = 0;
  let count = 0;
  for (let v = Math.max(0, cy - radius); v <= Math.min(side - 1, cy + radius); v++) {
    for (let u = Math.max(0, cx - radius); u <= Math.min(side - 1, cx + radius); u++) {
      sum += plane[v * side + u]!;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** @returns undefined for landmarks that are no face. */
export function describeFace(
  { y, u, v, width }: Pick<AvatarFrame, 'y' | 'u' | 'v' | 'width'>,
  { points, count }: Pick<FaceLandmarks, 'points' | 'count'>,
): FaceDescriptor | undefined {
  const fit = new HeadFit();
  if (!fit.fit(points)) return undefined;
  const face = new Float64Array(3 * count);
  fit.toFace(points, count, face);
  const shape = Float32Array.from(SHAPE_POINTS.flatMap((i) => [...face.slice(3 * i, 3 * i + 3)]));

  const facing = new Float32Array(468);
  facings(points, facing, new Float64Array(3 * 468));
  const radius = Math.max(0, Math.round((fit.scale * SPAN) / VIEW / 2 - 0.5));
  const planes = [0, 1, 2].map(() => new Float32Array(VIEW * VIEW)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const visible = new Uint8Array(VIEW * VIEW);
  VIEW_TEXELS.forEach((texel, p) => {
    if (!texel) return;
    let [px, py, towards] = [0, 0, 0];
    texel.corners.forEach((i, k) => {
      px += points[3 * i]! * texel.weights[k]!;
      py += points[3 * i + 1]! * texel.weights[k]!;
      towards += facing[i]! * texel.weights[k]!;
    });
    if (towards < SEEN_FROM || px < 0 || py < 0 || px >= width || py >= width) return;
    visible[p] = 1;
    planes[0][p] = boxSample(y, width, px, py, radius);
    planes[1][p] = boxSample(u, width / 2, px / 2, py / 2, radius >> 1);
    planes[2][p] = boxSample(v, width / 2, px / 2, py / 2, radius >> 1);
  });
  return { shape, ...describeView(planes, visible) };
}

function describeView(
  [luma, cb, cr]: readonly [Float32Array, Float32Array, Float32Array],
  visible: Uint8Array,
): Omit<FaceDescriptor, 'shape'> {
  const texture = new Float32Array(CELLS * DIRECTIONS);
  const colour = new Float32Array(CELLS * 3);
  const counts = new Float32Array(CELLS);
  let mean = 0;
  let all = 0;
  for (let p = 0; p < visible.length; p++) {
    if (!visible[p]) continue;
    mean += luma[p]!;
    all++;
  }
  mean = all > 0 ? mean / all : 1;
  for (let row = 1; row < VIEW - 1; row++) {
    for (let column = 1; column < VIEW - 1; column++) {
      const p = row * VIEW + column;
      if (!visible[p]) continue;
      const cell = Math.floor(row / CELL) * (VIEW / CELL) + Math.floor(column / CELL);
      counts[cell]!++;
      colour[3 * cell]! += luma[p]! / mean;
      colour[3 * cell + 1]! += (cb[p]! - 128) / 32;
      colour[3 * cell + 2]! += (cr[p]! - 128) / 32;
      if (!visible[p - 1] || !visible[p + 1] || !visible[p - VIEW] || !visible[p + VIEW]) continue;
      const gx = luma[p + 1]! - luma[p - 1]!;
      const gy = luma[p + VIEW]! - luma[p - VIEW]!;
      const direction = ((Math.atan2(gy, gx) / (2 * Math.PI) + 1) * DIRECTIONS) % DIRECTIONS;
      const first = Math.floor(direction) % DIRECTIONS;
      const share = direction - Math.floor(direction);
      const strength = Math.hypot(gx, gy);
      texture[cell * DIRECTIONS + first]! += strength * (1 - share);
      texture[cell * DIRECTIONS + ((first + 1) % DIRECTIONS)]! += strength * share;
    }
  }
  const seen = new Uint8Array(CELLS);
  for (let cell = 0; cell < CELLS; cell++) {
    const histogram = texture.subarray(cell * DIRECTIONS, (cell + 1) * DIRECTIONS);
    const tones = colour.subarray(cell * 3, cell * 3 + 3);
    if (counts[cell]! < LEAST_SEEN * CELL * CELL) {
      histogram.fill(0);
      tones.fill(0);
      continue;
    }
    seen[cell] = 1;
    const length = Math.hypot(...histogram) + mean * 0.1;
    for (let k = 0; k < DIRECTIONS; k++) histogram[k]! /= length;
    for (let k = 0; k < 3; k++) tones[k]! /= counts[cell]!;
  }
  return { texture, colour, seen };
}

/** The average of many faces, about which two faces are alike or not. */
export class FaceSpace {
  readonly #shape: Float32Array;
  readonly #texture: Float32Array;
  readonly #colour: Float32Array;

  /** @param faces of different people, seen from the front. */
  constructor(faces: readonly FaceDescriptor[]) {
    const mean = (part: 'shape' | 'texture' | 'colour') => {
      const sum = new Float32Array(faces[0]?.[part].length ?? 0);
      for (const face of faces) {
        face[part].forEach((value, i) => {
          sum[i]! += value / faces.length;
        });
      }
      return sum;
    };
    this.#shape = mean('shape');
    this.#texture = mean('texture');
    this.#colour = mean('colour');
  }

  /**
   * −1 … 1: mean of the cosines between the two faces' deviations from the average in shape, texture
   * and colour, over what both show. One picture with itself scores 1, strangers about 0.
   */
  similarity(a: FaceDescriptor, b: FaceDescriptor): number {
    const both = (width: number) => (i: number) => {
      const cell = Math.floor(i / width);
      return a.seen[cell]! & b.seen[cell]!;
    };
    return (
      (cosine(a.shape, b.shape, this.#shape, () => 1) +
        cosine(a.texture, b.texture, this.#texture, both(DIRECTIONS)) +
        cosine(a.colour, b.colour, this.#colour, both(3))) /
      3
    );
  }
}

function cosine(
  a: Float32Array,
  b: Float32Array,
  origin: Float32Array,
  counts: (i: number) => number,
): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (!counts(i)) continue;
    const [da, db] = [a[i]! - origin[i]!, b[i]! - origin[i]!];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}
