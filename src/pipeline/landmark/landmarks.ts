import type { Px } from '../picture.ts';
import type { PersonMask } from './person-mask.ts';

/** Face mesh without irises: MediaPipe's canonical topology, indices 0–467. */
export const FACE_MESH_POINTS = 468;
/** With irises: 468–472 the right eye's (centre first), 473–477 the left eye's. */
export const FACE_MESH_POINTS_WITH_IRISES = 478;

/** A face found in one picture. */
export interface FaceLandmarks {
  /** x, y, z interleaved, in pixels of the picture; z grows away from the camera, in the scale of x. */
  readonly points: Float32Array;
  readonly count: typeof FACE_MESH_POINTS | typeof FACE_MESH_POINTS_WITH_IRISES;
  /** 0…1: how sure the network is that the crop holds a face. */
  readonly presence: number;
  /** The 52 ARKit-style coefficients in MediaPipe's order, where the model gives them. */
  readonly blendshapes?: Float32Array;
  /** Where the person is whose face it is, where that was asked for. */
  readonly person?: PersonMask;
  /** The picture the points refer to. */
  readonly pictureWidth: Px;
  readonly pictureHeight: Px;
}
