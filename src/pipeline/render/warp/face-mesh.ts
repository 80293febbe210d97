import { FACE_OVAL, LEFT_EYE, LIPS_OUTER, RIGHT_EYE } from '../../landmark/face-topology.ts';
import { FACE_TRIANGLES } from '../../landmark/face-triangles.ts';
import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';

/** Which part of the face a point belongs to, 0…1 each; `inside` falls to 0 on the face's outline. */
export interface RegionMasks {
  readonly inside: Float32Array;
  readonly mouth: Float32Array;
  readonly eyes: Float32Array;
}

/** Steps along the mesh from a set of points, for every point. */
function stepsFrom(starts: readonly number[]): Int32Array {
  const steps = new Int32Array(FACE_MESH_POINTS).fill(FACE_MESH_POINTS);
  for (const i of starts) steps[i] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (let t = 0; t < FACE_TRIANGLES.length; t += 3) {
      const corners = [FACE_TRIANGLES[t]!, FACE_TRIANGLES[t + 1]!, FACE_TRIANGLES[t + 2]!];
      const least = Math.min(...corners.map((i) => steps[i]!));
      for (const i of corners) {
        if (steps[i]! > least + 1) {
          steps[i] = least + 1;
          changed = true;
        }
      }
    }
  }
  return steps;
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** The masks, from steps along the mesh: the same for every face. */
export const REGION_MASKS: RegionMasks = (() => {
  const fromOval = stepsFrom(FACE_OVAL);
  const fromMouth = stepsFrom([...LIPS_OUTER.upper, ...LIPS_OUTER.lower]);
  const fromEyes = stepsFrom([RIGHT_EYE, LEFT_EYE].flatMap((eye) => [...eye.upper, ...eye.lower]));
  const masks = {
    inside: new Float32Array(FACE_MESH_POINTS),
    mouth: new Float32Array(FACE_MESH_POINTS),
    eyes: new Float32Array(FACE_MESH_POINTS),
  };
  for (let i = 0; i < FACE_MESH_POINTS; i++) {
    masks.inside[i] = clamp(fromOval[i]! / 2);
    const mouth = clamp((4 - fromMouth[i]!) / 3);
    const eyes = clamp((5 - fromEyes[i]!) / 3);
    const both = Math.max(1, mouth + eyes);
    masks.mouth[i] = mouth / both;
    masks.eyes[i] = eyes / both;
  }
  return masks;
})();
