import { describe, expect, it } from 'vitest';
import { FACE_MESH_POINTS } from '../../../../src/pipeline/landmark/landmarks.ts';
import { CELLS_PER_UNIT } from '../../../../src/pipeline/landmark/skin/face-sheet.ts';
import { MeshShift } from '../../../../src/pipeline/landmark/skin/mesh-shift.ts';
import { SkinFlow } from '../../../../src/pipeline/landmark/skin/skin-flow.ts';
import { SkinPlanes } from '../../../../src/pipeline/landmark/skin/skin-planes.io.ts';
import { EYES, meshOf } from './speckled-face.ts';

const CELL = EYES / CELLS_PER_UNIT;
const FOREHEAD = 151;
const NOSE = 195;

/** The same everywhere, in cells. */
function flow(x: number, y: number): SkinFlow {
  const all = new SkinFlow(new SkinPlanes());
  all.x.fill(x);
  all.y.fill(y);
  return all;
}

function shifted(face: Float32Array, by: SkinFlow, trust = 1): Float32Array {
  const points = face.slice();
  new MeshShift().apply(points, by, trust);
  return points;
}

describe('a mesh that is moved over the skin', () => {
  it('goes by as many pixels as a cell has', () => {
    const { points } = meshOf();
    const moved = shifted(points, flow(1, -0.5));
    expect(moved[3 * FOREHEAD]! - points[3 * FOREHEAD]!).toBeCloseTo(CELL, 1);
    expect(moved[3 * FOREHEAD + 1]! - points[3 * FOREHEAD + 1]!).toBeCloseTo(-CELL / 2, 1);
  });

  it('goes along the face of a head that is turned, into depth too', () => {
    const { points } = meshOf(0.6);
    const moved = shifted(points, flow(1, 0));
    const by = (k: number) => moved[3 * NOSE + k]! - points[3 * NOSE + k]!;
    expect(by(0)).toBeCloseTo(CELL * Math.cos(0.6), 0);
    expect(by(2)).toBeCloseTo(CELL * Math.sin(0.6), 0);
  });

  it('goes part of the way where skin is trusted in part', () => {
    const { points } = meshOf();
    const half = shifted(points, flow(1, 0), 0.5)[3 * FOREHEAD]!;
    expect(half - points[3 * FOREHEAD]!).toBeCloseTo(CELL / 2, 1);
  });

  it('keeps the outline of a head that is turned, where no skin ends but for the eye', () => {
    const OUTLINE = 234;
    const shift = (yaw: number, i: number) => {
      const { points } = meshOf(yaw);
      return shifted(points, flow(1, 0))[3 * i]! - points[3 * i]!;
    };
    expect(Math.abs(shift(0, OUTLINE))).toBeGreaterThan(CELL / 2);
    expect(shift(0.7, OUTLINE)).toBe(0);
    expect(Math.abs(shift(0.7, NOSE))).toBeGreaterThan(CELL / 3);
  });

  it('keeps its irises', () => {
    const { points } = meshOf();
    const moved = shifted(points, flow(1, 1));
    expect(moved.slice(3 * FACE_MESH_POINTS)).toEqual(points.slice(3 * FACE_MESH_POINTS));
  });
});
