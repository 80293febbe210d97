import { describe, expect, it } from 'vitest';
import {
  LIPS_INNER,
  LIPS_OUTER,
  outline,
  RIGHT_EYE,
} from '../../../../src/pipeline/landmark/face-topology.ts';
import { FACE_MESH_POINTS } from '../../../../src/pipeline/landmark/landmarks.ts';
import { CELLS_PER_UNIT, FACE_SHEET } from '../../../../src/pipeline/landmark/skin/face-sheet.ts';
import {
  asWholes,
  FEATURE_POINTS,
  faceGradient,
} from '../../../../src/pipeline/landmark/skin/feature-motion.ts';
import { EYES, meshOf } from './speckled-face.ts';

const SHUT = meshOf().points;
const CHEEK = 50;
const MOUTH = outline(LIPS_OUTER);
const { places } = FACE_SHEET;

/** The same face with its mouth wide open. */
function open(): Float32Array {
  const points = SHUT.slice();
  for (const i of LIPS_INNER.lower.slice(1, -1)) points[3 * i + 1]! += EYES / 2;
  return points;
}

/** x of each point's motion as `of` says by its place in the sheet; y is nothing. */
function motionBy(of: (x: number, y: number) => number): Float32Array {
  const motion = new Float32Array(FACE_MESH_POINTS * 2);
  for (let i = 0; i < FACE_MESH_POINTS; i++) {
    motion[2 * i] = of(places[2 * i]!, places[2 * i + 1]!);
  }
  return motion;
}

function moved(of: (x: number, y: number) => number, face = SHUT): Float32Array {
  const motion = motionBy(of);
  asWholes(motion, face);
  return motion;
}

const spread = (motion: Float32Array, points: readonly number[]) => {
  const values = points.map((i) => motion[2 * i]!);
  return Math.max(...values) - Math.min(...values);
};

describe('the motion of mouth and eyes', () => {
  it('is that of their points where these move as one, or grow evenly', () => {
    const wider = (x: number) => 1 + x / 50;
    const motion = moved(wider);
    for (const i of [...MOUTH, ...outline(RIGHT_EYE)]) {
      expect(motion[2 * i]).toBeCloseTo(wider(places[2 * i]!), 4);
    }
  });

  it('has no dents: what single points do is shared by all', () => {
    const motion = motionBy(() => 0);
    motion[2 * LIPS_INNER.upper[5]!] = 5;
    asWholes(motion, SHUT);
    expect(spread(motion, MOUTH)).toBeLessThan(1);
  });

  it('leaves the shape of an open mouth to the landmarks, and tells where it is', () => {
    const motion = moved((x) => 1 + x / 50, open());
    expect(spread(motion, MOUTH)).toBeCloseTo(0, 5);
    expect(spread(motion, outline(RIGHT_EYE))).toBeGreaterThan(0.1);
  });

  it('is not that of the skin around them', () => {
    const motion = moved((x) => Math.sin(x));
    expect(motion[2 * CHEEK]).toBeCloseTo(Math.sin(places[2 * CHEEK]!), 5);
    expect(FEATURE_POINTS.has(CHEEK)).toBe(false);
  });
});

describe('how a face goes on in the picture', () => {
  it('is its size to that of the sheet', () => {
    const [byX, byY] = faceGradient(SHUT);
    expect(byX[0]).toBeCloseTo(EYES / CELLS_PER_UNIT, 1);
    expect(byY[1]).toBeCloseTo(EYES / CELLS_PER_UNIT, 1);
    expect(byX[1]).toBeCloseTo(0, 1);
  });

  it('hardly depends on the mouth', () => {
    const [, shut] = faceGradient(SHUT);
    const [, wide] = faceGradient(open());
    expect(wide[1]! / shut[1]!).toBeCloseTo(1, 0);
  });
});
