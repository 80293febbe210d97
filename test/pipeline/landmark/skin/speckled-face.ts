import { CANONICAL_FACE } from '../../../../src/pipeline/landmark/canonical-face.ts';
import {
  FACE_MESH_POINTS,
  type FaceLandmarks,
} from '../../../../src/pipeline/landmark/landmarks.ts';
import { CANVAS_POINTS, surround } from '../../../../src/pipeline/landmark/skin/canvas-mesh.ts';
import { canvasPlace, toCanvas } from '../../../../src/pipeline/landmark/skin/canvas-place.ts';
import type { CameraFrame } from '../../../../src/pipeline/picture.ts';

export const SIDE = 320;
/** Pixels between the outer corners of the eyes. */
const EYES = 112;

/** Where the camera has the face's skin, against where the mesh lies, in pixels; and what light falls on it. */
export interface Speckled {
  readonly x?: number;
  readonly y?: number;
  readonly gain?: number;
  readonly offset?: number;
  /** Whose skin it is. */
  readonly seed?: number;
  /** 0…1: how strong the pattern is. */
  readonly pattern?: number;
  /** Something else before it, in pixels of the picture. */
  readonly patch?: Patch;
}

interface Patch {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

const isWithin = (patch: Patch, x: number, y: number) =>
  Math.hypot(x - patch.x, y - patch.y) < patch.radius;

/** Whose skin a patch is made of. */
const PATCH_SEED = 9;

/** Smooth noise that a seed decides, moved: some waves in all directions, a few cells long. */
function speckles(seed: number, right: number, down: number): Float32Array {
  const all = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < 24; i++) {
    const angle = (i + seed * 7.1) * 2.399963;
    const turn = (2 * Math.PI) / (14 + ((i * 5 + seed * 3) % 17));
    const along = (step: number, from: number, of: (phase: number) => number) =>
      Float64Array.from({ length: SIDE }, (_, n) => of(step * n + from));
    const [across, below] = [Math.cos(angle) * turn, Math.sin(angle) * turn];
    const phase = i * i + seed - across * right - below * down;
    // The sine of a sum, so that a frame takes no time.
    const [sinX, cosX] = [along(across, phase, Math.sin), along(across, phase, Math.cos)];
    const [sinY, cosY] = [along(below, 0, Math.sin), along(below, 0, Math.cos)];
    for (let y = 0, at = 0; y < SIDE; y++) {
      const [s, c] = [sinY[y]! / 5, cosY[y]! / 5];
      for (let x = 0; x < SIDE; x++) all[at++]! += sinX[x]! * c + cosX[x]! * s;
    }
  }
  return all;
}

/** A picture full of skin. */
export function speckledFrame({
  x: right = 0,
  y: down = 0,
  gain = 1,
  offset = 0,
  seed = 1,
  pattern = 1,
  patch,
}: Speckled = {}): CameraFrame {
  const skin = speckles(seed, right, down);
  const over = patch && speckles(PATCH_SEED, 0, 0);
  const y = new Uint8Array(SIDE * SIDE);
  for (let i = 0; i < y.length; i++) {
    const covered = patch && isWithin(patch, i % SIDE, Math.floor(i / SIDE));
    const value = (covered ? over! : skin)[i]!;
    y[i] = Math.round(Math.min(255, Math.max(0, 120 + offset + 40 * gain * pattern * value)));
  }
  const chroma = new Uint8Array((SIDE / 2) ** 2).fill(128);
  return {
    width: SIDE,
    height: SIDE,
    y,
    u: chroma,
    v: chroma,
    strideY: SIDE,
    strideUv: SIDE / 2,
    fullRange: false,
    rotation: 0,
  };
}

/** The average face in the middle of such a picture. @param yaw radians to the picture's right. */
export function meshOf(yaw = 0): FaceLandmarks {
  const points = new Float32Array(CANONICAL_FACE.length);
  for (let i = 0; i < points.length; i += 3) {
    const [x, y, z] = [CANONICAL_FACE[i]!, CANONICAL_FACE[i + 1]!, CANONICAL_FACE[i + 2]!];
    points[i] = SIDE / 2 + EYES * (x * Math.cos(yaw) - z * Math.sin(yaw));
    points[i + 1] = SIDE / 2 + EYES * (y - 0.3);
    points[i + 2] = EYES * (x * Math.sin(yaw) + z * Math.cos(yaw));
  }
  return { points, count: 478, presence: 1, pictureWidth: SIDE, pictureHeight: SIDE };
}

/** Where such a face lies in the canvas around the one that is not turned, with a ring; moved by so many of its pixels. */
export function canvasMesh({ yaw = 0, x = 0, y = 0 } = {}): Float32Array {
  const place = canvasPlace(meshOf().points);
  const [mesh, reference] = [
    new Float32Array(3 * CANVAS_POINTS),
    new Float32Array(3 * CANVAS_POINTS),
  ];
  toCanvas(meshOf().points, place, reference.subarray(0, 3 * FACE_MESH_POINTS));
  toCanvas(meshOf(yaw).points, place, mesh.subarray(0, 3 * FACE_MESH_POINTS));
  surround(reference, reference);
  surround(mesh, reference);
  return mesh.map((value, i) => value + [x, y, 0][i % 3]!);
}

/** The same face from the front with its lower lip so many pixels of the canvas farther down. */
export function gaping(by: number): Float32Array {
  const mesh = canvasMesh();
  for (const i of [14, 17, 84, 87, 178, 314, 317, 402, 15, 16, 85, 86, 315, 316])
    mesh[3 * i + 1]! += by;
  return mesh;
}
