import { CANONICAL_FACE } from '../landmark/canonical-face.ts';
import { LIPS_INNER } from '../landmark/face-topology.ts';
import { FACE_MESH_POINTS } from '../landmark/landmarks.ts';

const UPPER_MIDDLE = 13;
const LOWER_MIDDLE = 14;
const RIGHT_CORNER = 61;
const LEFT_CORNER = 291;

/** Between the inner edges of the lips at the middle, in the unit of the face. */
export function mouthGap(face: Float64Array | Float32Array): number {
  return face[3 * LOWER_MIDDLE + 1]! - face[3 * UPPER_MIDDLE + 1]!;
}

/** Between the corners of the mouth, in the unit of the face. */
export function mouthWidth(face: Float64Array | Float32Array): number {
  const a = 3 * RIGHT_CORNER;
  const b = 3 * LEFT_CORNER;
  return Math.hypot(face[b]! - face[a]!, face[b + 1]! - face[a + 1]!, face[b + 2]! - face[a + 2]!);
}

/** How high the corners stand above the middle of the lips, in the unit of the face: grows with a smile. */
export function cornerLift(face: Float64Array | Float32Array): number {
  const middle = (face[3 * UPPER_MIDDLE + 1]! + face[3 * LOWER_MIDDLE + 1]!) / 2;
  return middle - (face[3 * RIGHT_CORNER + 1]! + face[3 * LEFT_CORNER + 1]!) / 2;
}

/** Heights in the average face: nose's base, line of the lips, edge of the lower lip, chin. */
const NOSE_Y = 0.52;
const LIPS_TOP_Y = 0.66;
const LIPS_Y = 0.781;
const LOWER_LIP_Y = 0.93;
const CHIN_Y = 1.25;
/** Half the width of the opening, and of the chin that the jaw carries along. */
const CORNER_X = 0.29;
const CHIN_WIDTH = 0.45;

/**
 * Where each point goes when the mouth opens by one unit: x, y, z interleaved. The lower lip takes
 * the most, the chin follows at half and swings back, the upper lip rises a little, corners sink a
 * little: shares read off the faces of people speaking, as a face landmark network sees them.
 */
function jawOpening(): Float32Array {
  const field = new Float32Array(3 * FACE_MESH_POINTS);
  for (let i = 0; i < FACE_MESH_POINTS; i++) {
    const x = CANONICAL_FACE[3 * i]!;
    const y = CANONICAL_FACE[3 * i + 1]!;
    const column = Math.max(0, 1 - (x / CORNER_X) ** 2);
    const chin = Math.exp(-((x / CHIN_WIDTH) ** 2));
    if (y > LIPS_Y) {
      const down = Math.min(1, Math.max(0, (y - LOWER_LIP_Y) / (CHIN_Y - LOWER_LIP_Y)));
      field[3 * i + 1] = (1 - down) * (0.12 * chin + 0.74 * column) + down * 0.48 * chin;
      field[3 * i + 2] = 0.42 * chin;
    } else {
      const near = Math.min(1, Math.max(0, (y - NOSE_Y) / (LIPS_TOP_Y - NOSE_Y)));
      field[3 * i + 1] = near * (0.12 * chin * (1 - column) - 0.16 * column);
      field[3 * i + 2] = near * 0.25 * chin * (1 - column);
    }
  }
  return field;
}

const JAW_OPENING = jawOpening();

/** Steps to bring lips together whose shape differs from the average one's. */
const CLOSING_STEPS = 3;

/** Shuts the mouth of a face in face space, as far as it is open. */
export function closeMouth(face: Float64Array): void {
  for (let step = 0; step < CLOSING_STEPS; step++) {
    const gap = mouthGap(face);
    if (gap <= 0) break;
    for (let k = 0; k < JAW_OPENING.length; k++) face[k]! -= gap * JAW_OPENING[k]!;
  }
  keepLipsApart(face);
}

/** Lips that passed through one another meet halfway. */
export function keepLipsApart(face: Float64Array): void {
  const { upper, lower } = LIPS_INNER;
  for (let k = 0; k < upper.length; k++) {
    const u = 3 * upper[k]! + 1;
    const l = 3 * lower[k]! + 1;
    if (face[u]! > face[l]!) face[u] = face[l] = (face[u]! + face[l]!) / 2;
  }
}
