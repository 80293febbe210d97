import { CANONICAL_FACE } from '../../landmark/canonical-face.ts';
import { FACE_MESH_POINTS_WITH_IRISES } from '../../landmark/landmarks.ts';
import type { Picture, Px } from '../../picture.ts';
import type { Example } from '../engine.ts';
import { newKernelMemory } from '../warp/kernel-space.ts';
import { enrolWarpIdentity, type WarpIdentity } from '../warp/warp-identity.ts';
import { noise } from './repeatable-noise.ts';

/** Where a face is in the picture of an identity, and the distance of its eyes' outer corners, in sides. */
const FRAMED = Object.freeze({ x: 0.5, y: 0.42, scale: 0.22 });
/** Of the picture that the face is drawn from. */
const EXAMPLE_SIDE: Px = 256;
/** Frames that a sway to and fro takes, and how far it goes, in sides: no frame is like the one before it. */
const PERIOD = 40;
const REACH = 0.01;

/** The points of a face that nobody has, framed as identities are, in a frame of its sway. */
export function trialPoints(frame: number): Float32Array {
  const { x, y, scale } = FRAMED;
  const shift = REACH * Math.sin((2 * Math.PI * frame) / PERIOD);
  return CANONICAL_FACE.map(
    (value, i) => scale * value + (i % 3 === 0 ? x + shift : i % 3 === 1 ? y : 0),
  );
}

/** An identity of that face. */
export function trialIdentity(): WarpIdentity {
  const example: Example = {
    picture: picture(),
    landmarks: {
      points: trialPoints(0).map((value) => value * EXAMPLE_SIDE),
      count: FACE_MESH_POINTS_WITH_IRISES,
      presence: 1,
      pictureWidth: EXAMPLE_SIDE,
      pictureHeight: EXAMPLE_SIDE,
    },
  };
  return enrolWarpIdentity([example], newKernelMemory());
}

/** Skin all over, a little uneven. */
function picture(): Picture {
  const rgba = new Uint8ClampedArray(4 * EXAMPLE_SIDE ** 2);
  const unevenness = noise(EXAMPLE_SIDE ** 2, -6, 6);
  for (const [i, change] of unevenness.entries())
    rgba.set([200 + change, 160 + change, 135 + change, 255], 4 * i);
  return { width: EXAMPLE_SIDE, height: EXAMPLE_SIDE, rgba };
}
