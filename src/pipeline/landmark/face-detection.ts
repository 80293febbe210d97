import type { Px } from '../picture.ts';
import { type FaceRegion, regionAround } from './face-region.ts';

/**
 * A face as the detector gives it, in pixels of the picture. Keypoints: right eye, left eye, nose,
 * mouth, right ear, left ear.
 */
export interface FaceDetection {
  readonly score: number;
  readonly left: Px;
  readonly top: Px;
  readonly right: Px;
  readonly bottom: Px;
  readonly keypoints: readonly { readonly x: Px; readonly y: Px }[];
}

/** BlazeFace short range: a 128² input, two maps of cells with so many anchors each. */
export const DETECTOR_SIDE = 128;
const ANCHOR_MAPS = [
  { cells: 16, anchors: 2 },
  { cells: 8, anchors: 6 },
] as const;
const KEYPOINTS = 6;
/** Values an anchor: box centre and size, then the keypoints. */
const VALUES = 4 + 2 * KEYPOINTS;
/** Below this MediaPipe's face landmarker does not count a detection. */
const MIN_SCORE = 0.5;
/** Detections that overlap more than this are one face. */
const MERGE_OVERLAP = 0.3;

/** Anchor centres as x, y pairs, fractions of the input; every anchor is as big as the input. */
const ANCHORS: Float32Array = Float32Array.from(
  ANCHOR_MAPS.flatMap(({ cells, anchors }) =>
    Array.from({ length: cells * cells * anchors }, (_, i) => {
      const cell = Math.floor(i / anchors);
      return [((cell % cells) + 0.5) / cells, (Math.floor(cell / cells) + 0.5) / cells];
    }).flat(),
  ),
);

/** How many anchors the network answers for. */
export const ANCHOR_COUNT: number = ANCHORS.length / 2;

/**
 * Reads the detector's two outputs. Coordinates go from its input to the picture by the region that
 * it was shown, which is upright.
 *
 * @param regressors {@link ANCHOR_COUNT} × 16; @param logits {@link ANCHOR_COUNT}.
 */
export function decodeDetections(
  regressors: Float32Array,
  logits: Float32Array,
  region: FaceRegion,
): FaceDetection[] {
  const found: FaceDetection[] = [];
  const left = region.x - region.size / 2;
  const top = region.y - region.size / 2;
  for (let anchor = 0; anchor < ANCHOR_COUNT; anchor++) {
    const score = 1 / (1 + Math.exp(-logits[anchor]!));
    // NaN is not >= anything, so a network gone wrong finds nothing.
    if (!(score >= MIN_SCORE)) continue;
    const x = (offset: number) =>
      left +
      (regressors[anchor * VALUES + offset]! / DETECTOR_SIDE + ANCHORS[2 * anchor]!) * region.size;
    const y = (offset: number) =>
      top +
      (regressors[anchor * VALUES + offset]! / DETECTOR_SIDE + ANCHORS[2 * anchor + 1]!) *
        region.size;
    const halfWidth = (regressors[anchor * VALUES + 2]! / DETECTOR_SIDE / 2) * region.size;
    const halfHeight = (regressors[anchor * VALUES + 3]! / DETECTOR_SIDE / 2) * region.size;
    found.push({
      score,
      left: x(0) - halfWidth,
      top: y(1) - halfHeight,
      right: x(0) + halfWidth,
      bottom: y(1) + halfHeight,
      keypoints: Array.from({ length: KEYPOINTS }, (_, k) => ({
        x: x(4 + 2 * k),
        y: y(5 + 2 * k),
      })),
    });
  }
  return found;
}

/**
 * Weighted non-maximum suppression, as MediaPipe's: each face is the score-weighted mean of the
 * detections that overlap its best one, and has that one's score. Best first.
 */
export function mergeDetections(detections: readonly FaceDetection[]): FaceDetection[] {
  let rest = detections.toSorted((a, b) => b.score - a.score);
  const faces: FaceDetection[] = [];
  for (let best = rest[0]; best !== undefined; best = rest[0]) {
    const top = best;
    const same = rest.filter((other) => other === top || overlap(top, other) > MERGE_OVERLAP);
    rest = rest.filter((other) => !same.includes(other));
    faces.push(weightedMean(same, top.score));
  }
  return faces;
}

function weightedMean(group: readonly FaceDetection[], score: number): FaceDetection {
  const total = group.reduce((sum, detection) => sum + detection.score, 0);
  const mean = (value: (detection: FaceDetection) => number) =>
    group.reduce((sum, detection) => sum + value(detection) * detection.score, 0) / total;
  return {
    score,
    left: mean((d) => d.left),
    top: mean((d) => d.top),
    right: mean((d) => d.right),
    bottom: mean((d) => d.bottom),
    keypoints: group[0]!.keypoints.map((_, k) => ({
      x: mean((d) => d.keypoints[k]!.x),
      y: mean((d) => d.keypoints[k]!.y),
    })),
  };
}

type Box = Pick<FaceDetection, 'left' | 'top' | 'right' | 'bottom'>;

/** Intersection over union of two boxes. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (!(width > 0 && height > 0)) return 0;
  const shared = width * height;
  return shared / (boxArea(a) + boxArea(b) - shared);
}

export function boxArea({ left, top, right, bottom }: Box): number {
  return (right - left) * (bottom - top);
}

/** Where the landmark network should look for a detected face. */
export function regionOfDetection(detection: FaceDetection): FaceRegion {
  return regionAround(detection, detection.keypoints[0]!, detection.keypoints[1]!);
}
