import { CANONICAL_FACE } from '../landmark/canonical-face.ts';
import { BROWS, EYES } from '../landmark/face-topology.ts';
import { FACE_MESH_POINTS, FACE_MESH_POINTS_WITH_IRISES } from '../landmark/landmarks.ts';
import { smoothstep } from '../smoothstep.ts';

/** How much of each point of the mesh belongs to a movable part of the face, 0…1. */
export interface FaceRegions {
  /** Lips, chin and the skin that a smile or the jaw moves. */
  readonly mouth: Float32Array;
  /** Lids and the skin around them. */
  readonly eyes: Float32Array;
  readonly brows: Float32Array;
}

/** Middle of the mouth in the average face. */
const MOUTH_Y = 0.85;
/** Above it lies the nose, soon; below it the chin moves as a whole. */
const REACH_UP = 0.55;
const REACH_DOWN = 0.9;

function mouthShare(x: number, y: number): number {
  const dy = y - MOUTH_Y;
  return smoothstep(0.75, 0.35, Math.hypot(x, dy / (dy < 0 ? REACH_UP : REACH_DOWN)));
}

/** Whole within a lid's breadth of the contour, gone at three. */
function contourShare(contour: readonly number[], x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const i of contour) {
    const dx = CANONICAL_FACE[3 * i]! - x;
    const dy = CANONICAL_FACE[3 * i + 1]! - y;
    nearest = Math.min(nearest, Math.hypot(dx, dy));
  }
  return smoothstep(0.15, 0.05, nearest);
}

function measureRegions(): FaceRegions {
  const mouth = new Float32Array(FACE_MESH_POINTS_WITH_IRISES);
  const eyes = new Float32Array(FACE_MESH_POINTS_WITH_IRISES);
  const brows = new Float32Array(FACE_MESH_POINTS_WITH_IRISES);
  const lids = EYES.flatMap((eye) => [...eye.upper, ...eye.lower]);
  for (let i = 0; i < FACE_MESH_POINTS_WITH_IRISES; i++) {
    const x = CANONICAL_FACE[3 * i]!;
    const y = CANONICAL_FACE[3 * i + 1]!;
    mouth[i] = mouthShare(x, y);
    eyes[i] = i < FACE_MESH_POINTS ? contourShare(lids, x, y) : 1;
    brows[i] = contourShare(BROWS, x, y) * (1 - eyes[i]!);
  }
  return { mouth, eyes, brows };
}

export const FACE_REGIONS = measureRegions();
