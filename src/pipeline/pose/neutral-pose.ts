import { UnderstudyError } from '../../errors.ts';
import { CANONICAL_FACE } from '../landmark/canonical-face.ts';
import { FACE_MESH_POINTS, type FaceLandmarks } from '../landmark/landmarks.ts';
import { expressionOf, expressionReference } from './expression.ts';
import { FACE_VALUES } from './face-motion.ts';
import { HeadFit } from './head-fit.ts';
import { synthesiseIrises } from './iris.ts';
import type { Pose } from './pose.ts';
import { anglesOf } from './rotation.ts';

const AVERAGE = expressionReference(Float64Array.from(CANONICAL_FACE));

/**
 * The pose a face has in a square picture: what an engine hands out as an identity's neutral pose.
 * Irises are synthesised where the landmarks have none. Expressions are read against the average face.
 * @throws UnderstudyError `enrol_bad_example` for landmarks that are no face.
 */
export function poseOf(landmarks: FaceLandmarks): Pose {
  const { count, points, pictureWidth } = landmarks;
  const fit = new HeadFit();
  if (points.length < 3 * count || !fit.fit(points)) {
    throw new UnderstudyError('enrol_bad_example', 'These landmarks do not form a face.', {
      value: points.length,
      valid: 'a finite point for each of the 468 or 478 landmarks of a face',
    });
  }
  const face = new Float64Array(FACE_VALUES);
  fit.toFace(points, count, face);
  if (count === FACE_MESH_POINTS) synthesiseIrises(face);
  fit.x /= pictureWidth;
  fit.y /= pictureWidth;
  fit.z /= pictureWidth;
  fit.scale /= pictureWidth;
  const placed = new Float32Array(FACE_VALUES);
  fit.fromFace(face, placed);
  return {
    points: placed,
    head: { ...anglesOf(fit.rotation), x: fit.x, y: fit.y, scale: fit.scale },
    expression: expressionOf(face, AVERAGE),
  };
}
