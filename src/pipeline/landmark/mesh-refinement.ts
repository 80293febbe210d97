import { FACE_MESH_POINTS, FACE_MESH_POINTS_WITH_IRISES } from './landmarks.ts';

/** The parts of a face that the attention mesh looks at a second time: x, y pairs in its input's pixels. */
export interface RefinedParts {
  readonly lips: Float32Array;
  readonly leftEye: Float32Array;
  readonly rightEye: Float32Array;
  readonly leftIris: Float32Array;
  readonly rightIris: Float32Array;
}

/**
 * Which point of the mesh each pair of a part is (MediaPipe,
 * mediapipe/modules/face_landmark/tensors_to_face_landmarks_with_attention.pbtxt; its left is the picture's).
 */
const LIPS: readonly number[] = [
  61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409, 78, 95,
  88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415, 76, 77, 90,
  180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408, 62, 96, 89, 179,
  86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407,
];
const LEFT_EYE: readonly number[] = [
  33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173, 130, 25, 110, 24, 23,
  22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190, 226, 31, 228, 229, 230, 231, 232, 233, 244, 113,
  225, 224, 223, 222, 221, 189, 35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128,
  245, 156, 70, 63, 105, 66, 107, 55, 193,
];
const RIGHT_EYE: readonly number[] = [
  263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398, 359, 255, 339,
  254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414, 446, 261, 448, 449, 450, 451,
  452, 453, 464, 342, 445, 444, 443, 442, 441, 413, 265, 353, 276, 283, 282, 295, 372, 340, 346,
  347, 348, 349, 350, 357, 465, 383, 300, 293, 334, 296, 336, 285, 417,
];
const LEFT_IRIS: readonly number[] = [468, 469, 470, 471, 472];
const RIGHT_IRIS: readonly number[] = [473, 474, 475, 476, 477];
/** The lids' own contour comes first in an eye's list: an iris lies as deep as these do on average. */
const LID_POINTS = 16;

/**
 * The mesh with lips and eyes where the second look saw them, and the irises; depth stays the mesh's.
 * @param mesh 468 x, y, z in the network's input's pixels. @returns 478 of them, in new memory.
 */
export function refineMesh(mesh: Float32Array, parts: RefinedParts): Float32Array {
  const points = new Float32Array(3 * FACE_MESH_POINTS_WITH_IRISES);
  points.set(mesh.subarray(0, 3 * FACE_MESH_POINTS));
  place(points, LIPS, parts.lips);
  place(points, LEFT_EYE, parts.leftEye);
  place(points, RIGHT_EYE, parts.rightEye);
  place(points, LEFT_IRIS, parts.leftIris, depthOf(mesh, LEFT_EYE));
  place(points, RIGHT_IRIS, parts.rightIris, depthOf(mesh, RIGHT_EYE));
  return points;
}

function place(
  points: Float32Array,
  indices: readonly number[],
  pairs: Float32Array,
  depth?: number,
): void {
  for (const [i, index] of indices.entries()) {
    points[3 * index] = pairs[2 * i]!;
    points[3 * index + 1] = pairs[2 * i + 1]!;
    if (depth !== undefined) points[3 * index + 2] = depth;
  }
}

function depthOf(mesh: Float32Array, eye: readonly number[]): number {
  return (
    eye.slice(0, LID_POINTS).reduce((sum, index) => sum + mesh[3 * index + 2]!, 0) / LID_POINTS
  );
}
