import { describe, expect, it } from 'vitest';
import { LIPS_OUTER, outline, RIGHT_EYE } from '../../../../src/pipeline/landmark/face-topology.ts';
import type { FaceLandmarks } from '../../../../src/pipeline/landmark/landmarks.ts';
import { SkinLock } from '../../../../src/pipeline/landmark/skin/skin-lock.ts';
import type { CameraFrame } from '../../../../src/pipeline/picture.ts';
import { meshOf, SIDE, type Speckled, speckledFrame } from './speckled-face.ts';

/** Cheeks, forehead and chin. */
const SKIN = [50, 280, 151, 9, 175, 205, 425];
const FACE = meshOf();

/** A lock that has seen a face for two seconds. */
function acquainted(seen: Speckled = {}, face = FACE): SkinLock {
  const lock = new SkinLock();
  const frame = speckledFrame(seen);
  for (let i = 0; i < 60; i++) lock.follow(frame, face);
  return lock;
}

function meanShift(from: FaceLandmarks, to: FaceLandmarks, points: readonly number[]): number[] {
  return [0, 1].map(
    (k) =>
      points.reduce((sum, i) => sum + to.points[3 * i + k]! - from.points[3 * i + k]!, 0) /
      points.length,
  );
}

const followed = (lock: SkinLock, frame: CameraFrame, face = FACE): FaceLandmarks => {
  let last = face;
  for (let i = 0; i < 4; i++) last = lock.follow(frame, face);
  return last;
};

describe('points that are held to the skin', () => {
  it('go where the skin goes under a mesh that stays', () => {
    const held = followed(acquainted(), speckledFrame({ x: 4, y: -3 }));
    const [x, y] = meanShift(FACE, held, SKIN);
    expect(x).toBeCloseTo(4, 0);
    expect(y).toBeCloseTo(-3, 0);
  });

  it('stay where landmarks are as long as skin does', () => {
    const held = followed(acquainted(), speckledFrame());
    for (const i of SKIN) {
      expect(held.points[3 * i]).toBeCloseTo(FACE.points[3 * i]!, 1);
      expect(held.points[3 * i + 1]).toBeCloseTo(FACE.points[3 * i + 1]!, 1);
    }
  });

  it('take lips along, lids most of the way, and leave irises where the network has found them', () => {
    const held = followed(acquainted(), speckledFrame({ x: 4 }));
    expect(meanShift(FACE, held, outline(LIPS_OUTER))[0]).toBeCloseTo(4, 0);
    expect(meanShift(FACE, held, outline(RIGHT_EYE))[0]).toBeCloseTo(0.7 * 4, 0);
    expect(meanShift(FACE, held, [468, 473])[0]).toBe(0);
  });

  it('do not mind the light', () => {
    const held = followed(acquainted(), speckledFrame({ x: 4, gain: 0.6, offset: 40 }));
    expect(meanShift(FACE, held, SKIN)[0]).toBeCloseTo(4, 0);
  });

  it('stay where landmarks are on skin without any pattern', () => {
    const held = followed(acquainted({ pattern: 0 }), speckledFrame({ pattern: 0, x: 5 }));
    expect(held.points).toEqual(FACE.points);
  });

  it('are found in a camera that lies on its side as in one that stands upright', () => {
    const upright = speckledFrame({ x: 4, y: -3 });
    const sideways = (frame: CameraFrame): CameraFrame => {
      const y = new Uint8Array(SIDE * SIDE);
      // Turned by 90° clockwise it is upright: what is right in it then is up in it now.
      for (let row = 0; row < SIDE; row++) {
        for (let x = 0; x < SIDE; x++) y[(SIDE - 1 - x) * SIDE + row] = frame.y[row * SIDE + x]!;
      }
      return { ...frame, y, rotation: 90 };
    };
    const lock = new SkinLock();
    const still = sideways(speckledFrame());
    for (let i = 0; i < 60; i++) lock.follow(still, FACE);
    const held = followed(lock, sideways(upright));
    const expected = followed(acquainted(), upright);
    for (const i of SKIN) {
      expect(held.points[3 * i]).toBeCloseTo(expected.points[3 * i]!, 0);
      expect(held.points[3 * i + 1]).toBeCloseTo(expected.points[3 * i + 1]!, 0);
    }
  });

  it('come back to the landmarks while skin goes on lying elsewhere', () => {
    const lock = acquainted();
    const moved = speckledFrame({ x: 4 });
    const early = meanShift(FACE, followed(lock, moved), SKIN)[0]!;
    let late = FACE;
    for (let i = 0; i < 900; i++) late = lock.follow(moved, FACE);
    expect(meanShift(FACE, late, SKIN)[0]!).toBeLessThan(early / 2);
  });

  it('are the landmarks again when somebody else is there, who is then known soon', () => {
    const lock = acquainted();
    const other = speckledFrame({ seed: 2 });
    for (let i = 0; i < 90; i++) lock.follow(other, FACE);
    expect(lock.agreement).toBeGreaterThan(0.9);
    const held = followed(lock, other);
    for (const shift of meanShift(FACE, held, SKIN)) expect(Math.abs(shift)).toBeLessThan(1);
  });

  it('are the landmarks themselves after a reset', () => {
    const lock = acquainted();
    lock.reset();
    expect(lock.follow(speckledFrame({ x: 4 }), FACE)).toBe(FACE);
  });

  it('are finite with a face that is turned away, half outside the picture or a point', () => {
    const lock = acquainted();
    const outside = {
      ...FACE,
      points: FACE.points.map((value, i) => (i % 3 ? value : value - 170)),
    };
    const speck = { ...FACE, points: FACE.points.map(() => 100) };
    for (const face of [meshOf(0.9), meshOf(-0.9), outside, speck]) {
      const held = followed(lock, speckledFrame({ x: 2 }), face);
      expect(held.points.every(Number.isFinite)).toBe(true);
    }
  });

  it('are a copy: the tracker keeps its own', () => {
    const before = FACE.points.slice();
    followed(acquainted(), speckledFrame({ x: 4 }));
    expect(FACE.points).toEqual(before);
  });
});
