import { EYES, type Eye } from '../landmark/face-topology.ts';
import { eyeWidth } from './eye-shape.ts';

/** Iris radius as a share of the eye's width: 5.9 mm of about 29 mm between the corners. */
const RADIUS = 0.2;

/**
 * Puts irises into the eyes of a face in face space, for trackers that see none: each in the
 * middle of its opening, looking ahead.
 */
export function synthesiseIrises(face: Float64Array): void {
  for (const eye of EYES) synthesiseIris(face, eye);
}

function synthesiseIris(face: Float64Array, eye: Eye): void {
  let x = 0;
  let y = 0;
  let z = 0;
  const last = eye.upper.length - 1;
  // Corner to corner sideways, where blinking moves nothing; between the lids in height.
  const corners = [3 * eye.upper[0]!, 3 * eye.upper[last]!];
  for (const c of corners) {
    x += face[c]! / 2;
    z += face[c + 2]! / 2;
  }
  const middle = last / 2;
  for (const i of [eye.upper[middle]!, eye.lower[middle]!]) y += face[3 * i + 1]! / 2;
  const radius = RADIUS * eyeWidth(face, eye);
  const rim = [0, 0, radius, 0, 0, -radius, -radius, 0, 0, radius];
  for (let k = 0; k < 5; k++) {
    const p = 3 * (eye.iris + k);
    face[p] = x + rim[2 * k]!;
    face[p + 1] = y + rim[2 * k + 1]!;
    face[p + 2] = z;
  }
}
