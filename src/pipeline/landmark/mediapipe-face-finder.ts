import type { Picture, Px } from '../picture.ts';
import type { CropSource } from './crop.ts';
import {
  type FaceDetection,
  mergeDetections,
  overlap,
  regionOfDetection,
} from './face-detection.ts';
import { type FaceNetworks, FaceReader, wholePicture } from './face-networks.ts';
import { type FaceRegion, isUsable, regionOfLandmarks } from './face-region.ts';
import type { FaceFinder } from './face-tracker.ts';
import type { FaceLandmarks } from './landmarks.ts';
import { MIN_PRESENCE } from './mediapipe-face-tracker.ts';
import { readPerson } from './person-reader.ts';
import { pictureSource } from './picture-crop.ts';

/**
 * The detector sees a picture at 128², where it wants a face of about a sixth to two thirds of the
 * side. So it is shown the picture at these scales: with a margin, for a face that fills it; whole;
 * and in squares of a half and a quarter of it, for small faces.
 */
const WINDOW_SCALES = [1.6, 1, 1 / 2, 1 / 4] as const;
/** Neighbouring windows share half of their side, so that no face is cut by all of them. */
const WINDOW_STEP = 1 / 2;
/** A window of fewer pixels than the detector's own input shows it nothing new. */
const MIN_WINDOW: Px = 128;
/** The network's answer settles when it looks again where it found the face. */
const REFINEMENTS = 2;
/** Two answers are one face when their boxes overlap this much, or one lies in the other. */
const SAME_FACE = 0.3;

/** Finds every face in a still picture, from a quarter of a percent of its area up. */
export class MediapipeFaceFinder implements FaceFinder {
  readonly #networks: FaceNetworks;

  constructor(networks: FaceNetworks) {
    this.#networks = networks;
  }

  async find(picture: Picture): Promise<readonly FaceLandmarks[]> {
    const reader = new FaceReader(this.#networks);
    const source = pictureSource(picture);
    const detections: FaceDetection[] = [];
    for (const window of searchWindows(picture)) {
      detections.push(...(await reader.detect(source, window)));
    }
    const faces: FaceLandmarks[] = [];
    for (const detection of mergeDetections(detections)) {
      const face = await settle(reader, source, regionOfDetection(detection));
      if (face !== undefined) faces.push(face);
    }
    const distinct = withoutRepeats(faces);
    const complete: FaceLandmarks[] = [];
    for (const face of distinct) {
      const blendshapes = await reader.blendshapes(face);
      const { person: network } = this.#networks;
      const person = network && (await readPerson(network, source, face));
      complete.push({ ...face, ...(blendshapes && { blendshapes }), ...(person && { person }) });
    }
    return complete;
  }
}

/** The squares that the detector is shown, the widest first. */
export function searchWindows(picture: { width: Px; height: Px }): FaceRegion[] {
  const whole = wholePicture(picture);
  return WINDOW_SCALES.flatMap((scale) => {
    const size = whole.size * scale;
    if (scale >= 1) return [{ ...whole, size }];
    if (size < MIN_WINDOW) return [];
    const centres = (length: Px) => {
      if (length <= size) return [length / 2];
      const steps = Math.ceil((length - size) / (size * WINDOW_STEP));
      return Array.from({ length: steps + 1 }, (_, i) => size / 2 + (i * (length - size)) / steps);
    };
    return centres(picture.height).flatMap((y) =>
      centres(picture.width).map((x) => ({ x, y, size, roll: 0 })),
    );
  });
}

async function settle(
  reader: FaceReader,
  source: CropSource,
  start: FaceRegion,
): Promise<FaceLandmarks | undefined> {
  let region = start;
  let face: FaceLandmarks | undefined;
  for (let pass = 0; pass <= REFINEMENTS; pass++) {
    if (!isUsable(region, source.width, source.height)) return undefined;
    face = await reader.read(source, region);
    if (face.presence < MIN_PRESENCE) return undefined;
    region = regionOfLandmarks(face.points);
  }
  return face;
}

function withoutRepeats(faces: readonly FaceLandmarks[]): FaceLandmarks[] {
  const kept: { face: FaceLandmarks; box: ReturnType<typeof boxOf> }[] = [];
  const bySize = faces
    .map((face) => ({ face, box: boxOf(face.points) }))
    .sort((a, b) => b.box.right - b.box.left - (a.box.right - a.box.left));
  for (const candidate of bySize) {
    if (!kept.some(({ box }) => sameFace(box, candidate.box))) kept.push(candidate);
  }
  return kept.map(({ face }) => face);
}

function sameFace(a: ReturnType<typeof boxOf>, b: ReturnType<typeof boxOf>): boolean {
  const x = (b.left + b.right) / 2;
  const y = (b.top + b.bottom) / 2;
  const inside = x > a.left && x < a.right && y > a.top && y < a.bottom;
  return inside || overlap(a, b) > SAME_FACE;
}

function boxOf(points: Float32Array) {
  const { x, y, size } = regionOfLandmarks(points);
  const half = size / 3;
  return { left: x - half, top: y - half, right: x + half, bottom: y + half };
}
