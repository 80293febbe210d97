import type { Eye } from '../landmark/face-topology.ts';

/** The columns between the corners where the lids part; the outermost ones hardly do. */
const FIRST_COLUMN = 2;
const LAST_COLUMN = 6;

/** Between the corners of an eye, in the unit of the face. */
export function eyeWidth(face: Float64Array, eye: Eye): number {
  const a = 3 * eye.upper[0]!;
  const b = 3 * eye.upper[eye.upper.length - 1]!;
  return Math.hypot(face[b]! - face[a]!, face[b + 1]! - face[a + 1]!);
}

/** How far the lids are apart, as a share of the eye's width: 0.2…0.4 open, 0 or a little less shut. */
export function lidGap(face: Float64Array, eye: Eye): number {
  let gap = 0;
  for (let k = FIRST_COLUMN; k <= LAST_COLUMN; k++) {
    gap += face[3 * eye.lower[k]! + 1]! - face[3 * eye.upper[k]! + 1]!;
  }
  return gap / (LAST_COLUMN - FIRST_COLUMN + 1) / (eyeWidth(face, eye) + 1e-9);
}

/** Where the iris's centre stands: from the middle of the corners, in half widths of the eye. */
export function gaze(face: Float64Array, eye: Eye): { x: number; y: number } {
  const a = 3 * eye.upper[0]!;
  const b = 3 * eye.upper[eye.upper.length - 1]!;
  const c = 3 * eye.iris;
  const half = eyeWidth(face, eye) / 2 + 1e-9;
  return {
    x: (face[c]! - (face[a]! + face[b]!) / 2) / half,
    y: (face[c + 1]! - (face[a + 1]! + face[b + 1]!) / 2) / half,
  };
}
