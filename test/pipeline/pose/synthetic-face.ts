import { CANONICAL_FACE } from '../../../src/pipeline/landmark/canonical-face.ts';
import { EYES } from '../../../src/pipeline/landmark/face-topology.ts';
import type { FaceLandmarks } from '../../../src/pipeline/landmark/landmarks.ts';
import { rotationOf } from '../../../src/pipeline/pose/rotation.ts';

/** Everything a synthetic head can do; what is left out is at rest. */
export interface Acting {
  yaw?: number;
  pitch?: number;
  roll?: number;
  /** Centre in pixels, and pixels between the outer eye corners. */
  x?: number;
  y?: number;
  scale?: number;
  /** Gap of the lips in mouth widths. */
  mouth?: number;
  /** 0 open … 1 shut. */
  blinkRight?: number;
  blinkLeft?: number;
  /** In half widths of the eye. */
  gazeX?: number;
  gazeY?: number;
  /** In units of the face. */
  brows?: number;
}

/** What makes one synthetic person another; 1 is average. */
export interface Proportions {
  mouth?: number;
  eyes?: number;
  lids?: number;
  long?: number;
  deep?: number;
  /** Irises are there or not. */
  count?: 468 | 478;
}

const PICTURE = { width: 640, height: 480 };
const MOUTH_Y = 0.78;
const BROWS = [70, 63, 105, 66, 107, 46, 53, 52, 65, 55, 300, 293, 334, 296, 336, 276, 283, 282, 295, 285]; // biome-ignore format: a list

/** A landmark face made from the average one by plain geometry of its own: a hinge for the jaw, curtains for lids. */
export function syntheticFace(acting: Acting = {}, person: Proportions = {}): FaceLandmarks {
  const { mouth = 1, eyes = 1, lids = 1, long = 1, deep = 1, count = 478 } = person;
  const face = Float64Array.from(CANONICAL_FACE);
  const width = 2 * Math.abs(face[3 * 61]!);
  for (let i = 0; i < 468; i++) {
    const [x, y] = [face[3 * i]!, face[3 * i + 1]!];
    const nearMouth = Math.exp(-((x / 0.5) ** 2) - ((y - MOUTH_Y) / 0.22) ** 2);
    face[3 * i] = x * (1 + (mouth - 1) * nearMouth);
    const gap = (acting.mouth ?? 0) * width * mouth;
    if (y > MOUTH_Y) {
      const chin = Math.exp(-((x / 0.4) ** 2));
      face[3 * i + 1]! += gap * chin * Math.max(0.5, 1 - (y - MOUTH_Y));
      face[3 * i + 2]! += 0.3 * gap * chin;
    } else if (nearMouth > 0.5) {
      // Both corners' upper points stay, so that the opening tapers.
      face[3 * i + 1]! -= 0.1 * gap * nearMouth;
    }
  }
  // Lips of a shut mouth touch.
  const shut = face[3 * 14 + 1]! - face[3 * 13 + 1]! - 1.1 * (acting.mouth ?? 0) * width * mouth;
  for (const i of [87, 14, 317, 178, 402]) face[3 * i + 1]! -= shut;
  for (const i of BROWS) face[3 * i + 1]! -= acting.brows ?? 0;
  EYES.forEach((eye, side) => {
    const a = 3 * eye.upper[0]!;
    const b = 3 * eye.upper[eye.upper.length - 1]!;
    const cx = (face[a]! + face[b]!) / 2;
    const cy = (face[a + 1]! + face[b + 1]!) / 2;
    const blink = (side === 0 ? acting.blinkRight : acting.blinkLeft) ?? 0;
    const half = (eyes * (face[b]! - face[a]!)) / 2;
    for (const i of new Set([...eye.upper, ...eye.lower])) {
      face[3 * i] = cx + eyes * (face[3 * i]! - cx);
      face[3 * i + 1] = cy + eyes * lids * (face[3 * i + 1]! - cy);
    }
    for (let k = 1; k < eye.upper.length - 1; k++) {
      const u = 3 * eye.upper[k]! + 1;
      const l = 3 * eye.lower[k]! + 1;
      face[u]! += blink * 0.95 * (face[l]! - face[u]!);
    }
    for (let i = eye.iris; i < eye.iris + 5; i++) {
      face[3 * i] =
        cx + (face[3 * i]! - CANONICAL_FACE[3 * eye.iris]!) + (acting.gazeX ?? 0) * half;
      face[3 * i + 1] =
        cy + (face[3 * i + 1]! - CANONICAL_FACE[3 * eye.iris + 1]!) + (acting.gazeY ?? 0) * half;
    }
  });
  const r = rotationOf(
    { yaw: acting.yaw ?? 0, pitch: acting.pitch ?? 0, roll: acting.roll ?? 0 },
    new Float64Array(9),
  );
  const { x: px = 320, y: py = 240, scale = 110 } = acting;
  const points = new Float32Array(3 * count);
  for (let i = 0; i < 3 * count; i += 3) {
    const [x, y, z] = [face[i]!, face[i + 1]! * long, face[i + 2]! * deep];
    points[i] = px + scale * (r[0]! * x + r[1]! * y + r[2]! * z);
    points[i + 1] = py + scale * (r[3]! * x + r[4]! * y + r[5]! * z);
    points[i + 2] = scale * (r[6]! * x + r[7]! * y + r[8]! * z);
  }
  return { points, count, presence: 1, pictureWidth: PICTURE.width, pictureHeight: PICTURE.height };
}

/** The same face in a square picture, as an identity's example shows it. */
export function syntheticIdentity(person: Proportions = {}, acting: Acting = {}): FaceLandmarks {
  const face = syntheticFace({ x: 256, y: 240, scale: 100, ...acting }, person);
  return { ...face, pictureWidth: 512, pictureHeight: 512 };
}
