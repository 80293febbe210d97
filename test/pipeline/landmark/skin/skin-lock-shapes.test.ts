import { describe, expect, it } from 'vitest';
import {
  FACE_MESH_POINTS,
  type FaceLandmarks,
} from '../../../../src/pipeline/landmark/landmarks.ts';
import { CANVAS_SIDE, canvasPlace } from '../../../../src/pipeline/landmark/skin/canvas-place.ts';
import { MOUTH_POINTS } from '../../../../src/pipeline/landmark/skin/lip-motion.ts';
import { SkinLock } from '../../../../src/pipeline/landmark/skin/skin-lock.ts';
import type { CameraFrame } from '../../../../src/pipeline/picture.ts';
import { plainCover, plainDrawing, plainReading } from './plain-canvas.ts';
import { canvasMesh, gaping, meshOf, speckledFrame } from './speckled-face.ts';

const FACE = canvasMesh();
const PLACE = canvasPlace(meshOf().points);
const SKIN = plainReading(speckledFrame(), PLACE);
const BEHIND = plainReading(speckledFrame({ seed: 2 }), PLACE);
const SHIFT = 3;

/** A picture of the face in another shape. */
function pictured(mesh: Float32Array): CameraFrame {
  const luma = plainDrawing(plainCover(mesh, FACE), SKIN, BEHIND, 1);
  return {
    ...speckledFrame(),
    width: CANVAS_SIDE,
    height: CANVAS_SIDE,
    strideY: CANVAS_SIDE,
    y: Uint8Array.from(luma, Math.round),
  };
}

const landmarks = (mesh: Float32Array): FaceLandmarks => ({
  ...meshOf(),
  points: mesh.slice(0, 3 * FACE_MESH_POINTS),
  pictureWidth: CANVAS_SIDE,
  pictureHeight: CANVAS_SIDE,
});

/** How far to the right each point goes whose landmark lags behind skin that has gone there. */
function caughtUp(first: Float32Array, now: Float32Array): (i: number) => number {
  const lock = new SkinLock();
  lock.follow(pictured(first), landmarks(first));
  const ahead = now.map((value, i) => value + (i % 3 ? 0 : SHIFT));
  let held = landmarks(now);
  for (let i = 0; i < 4; i++) held = lock.follow(pictured(ahead), landmarks(now));
  expect(lock.agreement).toBeGreaterThan(0.9);
  return (i) => held.points[3 * i]! - now[3 * i]!;
}

/** Of the forehead, the chin and the cheek that comes nearer. */
const FRONT = [9, 151, 175, 50, 205];
/** Well inside of its outline. */
const MIDDLE = [9, 36, 101];
/** Where that cheek ends. */
const OUTLINE = [127, 234, 93];

describe('points of a face that has changed its shape', () => {
  it('go with the skin that faces the camera, but hardly with the outline, when it has turned', () => {
    const off = caughtUp(FACE, canvasMesh({ yaw: 0.6 }));
    for (const i of MIDDLE) expect(Math.abs(off(i) - SHIFT)).toBeLessThan(0.5);
    for (const i of OUTLINE) expect(Math.abs(off(i))).toBeLessThan(0.2 * SHIFT);
  });

  it('go with all of it where it was turned to begin with', () => {
    const turned = canvasMesh({ yaw: 0.6 });
    const off = caughtUp(turned, turned);
    for (const i of FRONT) expect(Math.abs(off(i) - SHIFT)).toBeLessThan(0.5);
    // What is behind it stays, and has a say there, too.
    for (const i of OUTLINE) expect(off(i)).toBeGreaterThan(0.3 * SHIFT);
  });

  it('go smoothly along where they are the mouth’s and it is wide open', () => {
    const all = MOUTH_POINTS.map(caughtUp(FACE, gaping(25)));
    expect(Math.max(...all) - Math.min(...all)).toBeLessThan(0.1 * SHIFT);
    for (const off of all) expect(Math.abs(off - SHIFT)).toBeLessThan(0.3 * SHIFT);
  });

  it('go each its own way where they are the mouth’s and it is shut', () => {
    const all = MOUTH_POINTS.map(caughtUp(FACE, FACE));
    expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(0.01);
  });
});
