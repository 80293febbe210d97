import { describe, expect, it } from 'vitest';
import {
  LEFT_EYE,
  LIPS_OUTER,
  outline,
  RIGHT_EYE,
} from '../../../../src/pipeline/landmark/face-topology.ts';
import {
  FACE_MESH_POINTS,
  type FaceLandmarks,
} from '../../../../src/pipeline/landmark/landmarks.ts';
import { canvasPlace } from '../../../../src/pipeline/landmark/skin/canvas-place.ts';
import { SkinLock } from '../../../../src/pipeline/landmark/skin/skin-lock.ts';
import type { CameraFrame } from '../../../../src/pipeline/picture.ts';
import { meshOf, SIDE, type Speckled, speckledFrame } from './speckled-face.ts';

/** Cheeks, forehead and chin. */
const SKIN = [50, 280, 151, 9, 175, 205, 425];
const FACE = meshOf();

/** Pixels of the picture to one of the canvas. */
const GRAIN = 1 / canvasPlace(FACE.points).scale;
/** Frames of somebody else's skin after which it is known as his. */
const STRANGER = 15;

/** A lock that has seen a face for a while. */
function acquainted(seen: Speckled = {}, face = FACE): SkinLock {
  const lock = new SkinLock();
  const frame = speckledFrame(seen);
  for (let i = 0; i < 5; i++) lock.follow(frame, face);
  return lock;
}

function meanShift(from: FaceLandmarks, to: FaceLandmarks, points: readonly number[]): number[] {
  return [0, 1].map(
    (k) =>
      points.reduce((sum, i) => sum + to.points[3 * i + k]! - from.points[3 * i + k]!, 0) /
      points.length,
  );
}

/** Of each point of the mesh, how far it was moved. */
const shifts = (from: FaceLandmarks, to: FaceLandmarks): number[] =>
  Array.from({ length: FACE_MESH_POINTS }, (_, i) =>
    Math.hypot(
      to.points[3 * i]! - from.points[3 * i]!,
      to.points[3 * i + 1]! - from.points[3 * i + 1]!,
    ),
  );

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

  it('take lips along, lids half the way and more, and irises with their lids', () => {
    const held = followed(acquainted(), speckledFrame({ x: 4 }));
    expect(meanShift(FACE, held, outline(LIPS_OUTER))[0]).toBeCloseTo(4, 0);
    const lids = meanShift(FACE, held, outline(RIGHT_EYE))[0];
    expect(lids).toBeGreaterThan(0.5 * 4);
    expect(lids).toBeLessThan(4);
    const [iris, left] = [468, 473].map((i) => meanShift(FACE, held, [i])[0]);
    expect(iris).toBeCloseTo(lids!, 3);
    expect(left).toBeCloseTo(meanShift(FACE, held, outline(LEFT_EYE))[0]!, 3);
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
    for (let i = 0; i < 5; i++) lock.follow(still, FACE);
    const held = followed(lock, sideways(upright));
    const expected = followed(acquainted(), upright);
    for (const i of SKIN) {
      expect(held.points[3 * i]).toBeCloseTo(expected.points[3 * i]!, 0);
      expect(held.points[3 * i + 1]).toBeCloseTo(expected.points[3 * i + 1]!, 0);
    }
  });

  it('stay with the skin of the first frame for good', () => {
    const lock = acquainted();
    const moved = speckledFrame({ x: 4 });
    const early = meanShift(FACE, followed(lock, moved), SKIN)[0]!;
    let late = FACE;
    for (let i = 0; i < 300; i++) late = lock.follow(moved, FACE);
    expect(meanShift(FACE, late, SKIN)[0]!).toBeCloseTo(early, 1);
    const back = followed(lock, speckledFrame());
    expect(meanShift(FACE, back, SKIN)[0]!).toBeCloseTo(0, 1);
  });

  it('follow skin that slips slowly, farther than it could be found at once', () => {
    const lock = acquainted();
    let held = FACE;
    const far = 7 * GRAIN;
    for (let i = 0; i <= 40; i++) held = lock.follow(speckledFrame({ x: (far * i) / 40 }), FACE);
    expect(Math.abs(meanShift(FACE, held, SKIN)[0]! - far)).toBeLessThan(0.5 * GRAIN);
  });

  it('are moved by no more than eight pixels of the canvas, whatever covers a cheek', () => {
    const lock = acquainted();
    const patch = { x: FACE.points[3 * 50]!, y: FACE.points[3 * 50 + 1]!, radius: 35 };
    let most = 0;
    for (let i = 0; i < 20; i++) {
      const drift = { ...patch, x: patch.x + 10 * Math.sin(i) };
      const held = lock.follow(speckledFrame({ patch: drift }), FACE);
      for (const off of shifts(FACE, held)) most = Math.max(most, off);
    }
    expect(most).toBeGreaterThan(2 * GRAIN);
    expect(most).toBeLessThan(8.01 * GRAIN);
    const back = followed(lock, speckledFrame());
    for (const off of shifts(FACE, back)) expect(off).toBeLessThan(0.5);
  });

  it('are the landmarks again when somebody else is there, who is then known', () => {
    const lock = acquainted();
    const other = speckledFrame({ seed: 2 });
    for (let i = 1; i < STRANGER; i++) expect(lock.follow(other, FACE)).not.toBe(FACE);
    expect(lock.agreement).toBeLessThan(0.8);
    expect(lock.follow(other, FACE)).toBe(FACE);
    for (const shift of meanShift(FACE, followed(lock, other), SKIN))
      expect(Math.abs(shift)).toBeLessThan(0.1);
    expect(lock.agreement).toBeGreaterThan(0.9);
    const moved = followed(lock, speckledFrame({ seed: 2, x: 4 }));
    expect(meanShift(FACE, moved, SKIN)[0]).toBeCloseTo(4, 0);
  });

  it('are not moved by the skin of somebody else', () => {
    const lock = acquainted();
    const held = followed(lock, speckledFrame({ seed: 2 }));
    expect(lock.agreement).toBeLessThan(0.7);
    for (const off of shifts(FACE, held)) expect(off).toBe(0);
  });

  it('are still the first face’s when others are there for a moment only', () => {
    const lock = acquainted();
    const [own, other] = [speckledFrame(), speckledFrame({ seed: 2 })];
    for (let n = 0; n < 3; n++) {
      for (let i = 1; i < STRANGER; i++) lock.follow(other, FACE);
      expect(lock.follow(own, FACE)).not.toBe(FACE);
    }
    const held = followed(lock, speckledFrame({ x: 4 }));
    expect(meanShift(FACE, held, SKIN)[0]).toBeCloseTo(4, 0);
  });

  it('are somebody else’s at once where it was in doubt who comes', () => {
    const lock = acquainted();
    lock.doubt();
    expect(lock.follow(speckledFrame({ x: 4 }), FACE)).not.toBe(FACE);
    lock.doubt();
    expect(lock.follow(speckledFrame({ seed: 2 }), FACE)).toBe(FACE);
  });

  it('are the landmarks themselves after a reset', () => {
    const lock = acquainted();
    followed(lock, speckledFrame({ x: 4 }));
    lock.reset();
    expect(lock.agreement).toBe(0);
    expect(lock.follow(speckledFrame({ x: 4 }), FACE)).toBe(FACE);
    const again = lock.follow(speckledFrame({ x: 4 }), FACE);
    for (const off of shifts(FACE, again)) expect(off).toBeLessThan(1e-3);
    // What was seen then is where they are from now on.
    const held = followed(lock, speckledFrame({ x: 8 }));
    expect(meanShift(FACE, held, SKIN)[0]).toBeCloseTo(4, 0);
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

  it.each([
    ['a point is none', Number.NaN],
    ['a point is nowhere', Number.POSITIVE_INFINITY],
    ['a point is far away', 1e20],
  ])('are the landmarks where %s, and skin is followed on after that', (_, value) => {
    const lock = acquainted();
    const points = FACE.points.slice();
    points[3 * 50] = value;
    const broken = { ...FACE, points };
    expect(lock.follow(speckledFrame({ x: 4 }), broken)).toBe(broken);
    expect(meanShift(FACE, followed(lock, speckledFrame({ x: 4 })), SKIN)[0]).toBeCloseTo(4, 0);
  });

  it('are a copy: the tracker keeps its own', () => {
    const before = FACE.points.slice();
    followed(acquainted(), speckledFrame({ x: 4 }));
    expect(FACE.points).toEqual(before);
  });
});
