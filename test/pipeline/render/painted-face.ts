import { CANONICAL_FACE } from '../../../src/pipeline/landmark/canonical-face.ts';
import {
  FACE_OVAL,
  LEFT_EYE,
  LIPS_INNER,
  LIPS_OUTER,
  type Opening,
  outline,
  RIGHT_EYE,
} from '../../../src/pipeline/landmark/face-topology.ts';
import { MASK_SIDE } from '../../../src/pipeline/landmark/person-mask.ts';
import type { Pose } from '../../../src/pipeline/pose/pose.ts';
import type { Example } from '../../../src/pipeline/render/engine.ts';

export type Rgb = readonly [number, number, number];

const SKIN: Rgb = [205, 160, 130];
const LIPS: Rgb = [190, 50, 70];
const IRIS: Rgb = [20, 60, 190];
const WHITE: Rgb = [240, 240, 240];
const DARK: Rgb = [40, 10, 10];

export interface FaceShape {
  /** How far the jaw drops, in eye distances. */
  readonly jaw?: number;
  /** 0 open lids … 1 shut. */
  readonly shut?: number;
  /** Degrees, clockwise seen from above: the face turns to the picture's right. */
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
  /** Shift and size, in sides of the picture. */
  readonly x?: number;
  readonly y?: number;
  readonly scale?: number;
}

/** 478 points of the average face doing something, as fractions of the side. */
export function facePoints(shape: FaceShape = {}): Float32Array {
  const { jaw = 0, shut = 0, yaw = 0, pitch = 0, roll = 0 } = shape;
  const { x = 0.5, y = 0.42, scale = 0.22 } = shape;
  const face = CANONICAL_FACE.slice();
  const mouth = face[3 * 14 + 1]!;
  const chin = face[3 * 152 + 1]!;
  const upperLip = new Set([...LIPS_OUTER.upper, ...LIPS_INNER.upper]);
  const lowerLip = new Set([...LIPS_OUTER.lower.slice(1, -1), ...LIPS_INNER.lower.slice(1, -1)]);
  for (let i = 0; i < 468; i++) {
    const below = face[3 * i + 1]! > mouth && Math.abs(face[3 * i]!) < 0.6 && !upperLip.has(i);
    if (lowerLip.has(i)) {
      const aside = Math.abs(face[3 * i]!) / 0.3;
      face[3 * i + 1]! += jaw * Math.max(0, 1 - aside * aside);
    } else if (below) {
      face[3 * i + 1]! += jaw * Math.min(1, (face[3 * i + 1]! - mouth) / (chin - mouth));
    }
  }
  for (const { upper, lower } of [RIGHT_EYE, LEFT_EYE]) {
    for (let k = 1; k < upper.length - 1; k++) {
      const to = face[3 * lower[k]! + 1]!;
      face[3 * upper[k]! + 1]! += (to - face[3 * upper[k]! + 1]!) * shut;
    }
  }
  const [a, b, c] = [yaw, pitch, roll].map((degrees) => (degrees * Math.PI) / 180) as [
    number,
    number,
    number,
  ];
  // The head turns about its own middle, not about the tip of the nose.
  const depth = 0.35;
  for (let i = 0; i < 478; i++) {
    let [px, py, pz] = [face[3 * i]!, face[3 * i + 1]!, face[3 * i + 2]! - depth];
    [py, pz] = [py * Math.cos(b) - pz * Math.sin(b), py * Math.sin(b) + pz * Math.cos(b)];
    [px, pz] = [px * Math.cos(a) - pz * Math.sin(a), px * Math.sin(a) + pz * Math.cos(a)];
    [px, py] = [px * Math.cos(c) - py * Math.sin(c), px * Math.sin(c) + py * Math.cos(c)];
    face[3 * i] = x + scale * px;
    face[3 * i + 1] = y + scale * py;
    face[3 * i + 2] = scale * (pz + depth);
  }
  return face;
}

export function poseOf(points: Float32Array): Pose {
  return {
    points,
    head: { yaw: 0, pitch: 0, roll: 0, x: 0.5, y: 0.5, scale: 0.2 },
    expression: {
      mouthOpen: 0,
      mouthWide: 0,
      smile: 0,
      blinkRight: 0,
      blinkLeft: 0,
      gazeX: 0,
      gazeY: 0,
      browRaise: 0,
    },
  };
}

/** An example whose every pixel is `colour(x, y)`, x and y as fractions of the side. */
export function exampleOf(
  points: Float32Array,
  size: number,
  colour: (x: number, y: number) => Rgb,
): Example {
  const rgba = new Uint8ClampedArray(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      rgba.set([...colour((x + 0.5) / size, (y + 0.5) / size), 255], (y * size + x) * 4);
    }
  }
  return {
    picture: { width: size, height: size, rgba },
    landmarks: {
      points: points.map((value) => value * size),
      count: 478,
      presence: 1,
      pictureWidth: size,
      pictureHeight: size,
    },
  };
}

/** A simple portrait: tiled background, skin, lips, eyes; `dot` is a green spot of its own. */
export function paintedExample(
  shape: FaceShape = {},
  { size = 256, dot }: { size?: number; dot?: readonly [x: number, y: number] } = {},
): Example {
  const points = facePoints(shape);
  const contour = (indices: readonly number[]): [number, number][] =>
    indices.map((i) => [points[3 * i]!, points[3 * i + 1]!]);
  const opening = (of: Opening) => contour(outline(of));
  const oval = contour(FACE_OVAL);
  const lips = opening(LIPS_OUTER);
  const inside = opening(LIPS_INNER);
  const eyes = [RIGHT_EYE, LEFT_EYE].map((eye) => ({
    lids: opening(eye),
    iris: contour([eye.iris])[0]!,
  }));
  return exampleOf(points, size, (x, y) => {
    const within = (polygon: readonly [number, number][]) => contains(polygon, x, y);
    if (dot && Math.hypot(x - dot[0], y - dot[1]) < 0.012) return [20, 200, 30];
    if (!within(oval))
      return (Math.floor(x * 16) + Math.floor(y * 16)) % 2 ? [90, 110, 120] : [120, 140, 150];
    if (within(inside)) return DARK;
    if (within(lips)) return LIPS;
    for (const { lids, iris } of eyes) {
      if (within(lids)) return Math.hypot(x - iris[0], y - iris[1]) < 0.016 ? IRIS : WHITE;
    }
    return SKIN;
  });
}

/** The same example, with a mask of the head: what is behind it is known then. */
export function withPerson({ picture, landmarks }: Example): Example {
  const { points } = landmarks;
  const [x, y] = [points[3 * 168]! / picture.width, points[3 * 168 + 1]! / picture.width];
  const cells = Uint8Array.from({ length: MASK_SIDE ** 2 }, (_, i) => {
    const [u, v] = [(i % MASK_SIDE) / MASK_SIDE, Math.floor(i / MASK_SIDE) / MASK_SIDE];
    return Math.hypot(u - x, (v - y - 0.05) / 1.2) < 0.28 ? 255 : 0;
  });
  const person = { left: 0, top: 0, side: picture.width, cells };
  return { picture, landmarks: { ...landmarks, person } };
}

function contains(polygon: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon.at(i - 1)!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}
