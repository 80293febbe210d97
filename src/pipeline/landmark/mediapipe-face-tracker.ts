import type { Milli } from '../../time.ts';
import type { CameraFrame } from '../picture.ts';
import { cameraFrameSource } from './camera-crop.io.ts';
import type { CropSource } from './crop.ts';
import { boxArea, regionOfDetection } from './face-detection.ts';
import { type FaceNetworks, FaceReader, wholePicture } from './face-networks.ts';
import { type FaceRegion, isUsable, regionOfLandmarks } from './face-region.ts';
import type { FaceTracker } from './face-tracker.ts';
import type { FaceLandmarks } from './landmarks.ts';

/** At or above this the network takes the crop for a face (MediaPipe's default). */
export const MIN_PRESENCE = 0.5;

type TrackerState =
  | { readonly kind: 'lost' }
  | { readonly kind: 'following'; readonly region: FaceRegion };

const LOST: TrackerState = { kind: 'lost' };

/**
 * Follows a face as MediaPipe's face landmarker does: the landmarks of one frame say where to look in
 * the next, and the detector runs only while there is no face. When the face slips out of the region,
 * the detector looks again within the same frame.
 */
export class MediapipeFaceTracker implements FaceTracker {
  readonly #reader: FaceReader;
  #state: TrackerState = LOST;

  constructor(networks: FaceNetworks) {
    this.#reader = new FaceReader(networks);
  }

  reset(): void {
    this.#state = LOST;
  }

  async track(frame: CameraFrame, _now: Milli): Promise<FaceLandmarks | undefined> {
    const source = cameraFrameSource(frame);
    const face = (await this.#follow(source)) ?? (await this.#acquire(source));
    this.#state = face === undefined ? LOST : nextState(face);
    if (face === undefined) return undefined;
    const blendshapes = await this.#reader.blendshapes(face);
    return blendshapes === undefined ? face : { ...face, blendshapes };
  }

  async #follow(source: CropSource): Promise<FaceLandmarks | undefined> {
    if (this.#state.kind === 'lost') return undefined;
    return this.#readFace(source, this.#state.region);
  }

  async #acquire(source: CropSource): Promise<FaceLandmarks | undefined> {
    const detections = await this.#reader.detect(source, wholePicture(source));
    // Whoever sits in front of the camera is the largest; people behind are not to take over.
    const nearest = detections.toSorted((a, b) => boxArea(b) - boxArea(a))[0];
    return nearest && this.#readFace(source, regionOfDetection(nearest));
  }

  async #readFace(source: CropSource, region: FaceRegion): Promise<FaceLandmarks | undefined> {
    if (!isUsable(region, source.width, source.height)) return undefined;
    const face = await this.#reader.read(source, region);
    return face.presence >= MIN_PRESENCE ? face : undefined;
  }
}

function nextState(face: FaceLandmarks): TrackerState {
  return { kind: 'following', region: regionOfLandmarks(face.points) };
}
