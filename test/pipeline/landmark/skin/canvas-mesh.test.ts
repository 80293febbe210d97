import { describe, expect, it } from 'vitest';
import {
  EYES,
  FACE_OVAL,
  LIPS_INNER,
  outline,
} from '../../../../src/pipeline/landmark/face-topology.ts';
import { FACE_TRIANGLES } from '../../../../src/pipeline/landmark/face-triangles.ts';
import { FACE_MESH_POINTS } from '../../../../src/pipeline/landmark/landmarks.ts';
import {
  CANVAS_POINTS,
  CANVAS_TRIANGLES,
  surround,
} from '../../../../src/pipeline/landmark/skin/canvas-mesh.ts';
import { meshOf } from './speckled-face.ts';

const [SURROUNDINGS, SKIN, EYE, MOUTH] = [1, 2, 3, 4] as const;
const TRIANGLES = Array.from({ length: CANVAS_TRIANGLES.length / 4 }, (_, t) => [
  ...CANVAS_TRIANGLES.subarray(4 * t, 4 * t + 4),
]);
const ofKind = (kind: number) => TRIANGLES.filter((triangle) => triangle[3] === kind);
const RING = FACE_OVAL.map((_, n) => FACE_MESH_POINTS + n);

/** The average face with room for the ring. */
function roomy(yaw = 0): Float32Array {
  const mesh = new Float32Array(3 * CANVAS_POINTS);
  mesh.set(meshOf(yaw).points.subarray(0, 3 * FACE_MESH_POINTS));
  return mesh;
}

function reference(): Float32Array {
  const mesh = roomy();
  surround(mesh, mesh);
  return mesh;
}

const at = (mesh: Float32Array, i: number): [number, number] => [mesh[3 * i]!, mesh[3 * i + 1]!];

function middle(mesh: Float32Array): [number, number] {
  const mean = (k: number) =>
    FACE_OVAL.reduce((sum, i) => sum + mesh[3 * i + k]!, 0) / FACE_OVAL.length;
  return [mean(0), mean(1)];
}

function area(mesh: Float32Array, [a, b, c]: readonly number[]): number {
  const [ax, ay] = at(mesh, a!);
  const [bx, by] = at(mesh, b!);
  const [cx, cy] = at(mesh, c!);
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

/** Turned in the plane of the picture, grown and moved. */
function changed(mesh: Float32Array): Float32Array {
  const [c, s] = [1.3 * Math.cos(0.5), 1.3 * Math.sin(0.5)];
  const after = mesh.slice();
  for (let i = 0; i < mesh.length; i += 3) {
    after[i] = c * mesh[i]! - s * mesh[i + 1]! + 12;
    after[i + 1] = s * mesh[i]! + c * mesh[i + 1]! - 30;
  }
  return after;
}

describe('triangles of the canvas', () => {
  it('are those of the mesh, and a ring around them that has its front where they have it', () => {
    expect(TRIANGLES).toHaveLength(FACE_TRIANGLES.length / 3 + 2 * FACE_OVAL.length);
    const ring = TRIANGLES.filter((corners) => corners.some((i, k) => k < 3 && RING.includes(i)));
    expect(ring).toHaveLength(2 * FACE_OVAL.length);
    for (const corners of ring) expect(area(reference(), corners)).toBeGreaterThan(0);
    const front = ofKind(SKIN).filter((corners) => area(reference(), corners) > 0);
    expect(front.length).toBeGreaterThan(0.95 * ofKind(SKIN).length);
  });

  it('leave no hole between the outline and the ring', () => {
    const ring = ofKind(SURROUNDINGS).reduce((sum, three) => sum + area(reference(), three), 0);
    const hull = (points: readonly number[]) =>
      points.reduce((sum, i, n) => {
        const [[ax, ay], [bx, by]] = [at(reference(), i), at(reference(), points.at(n - 1)!)];
        return sum + bx * ay - by * ax;
      }, 0);
    expect(ring).toBeCloseTo(hull(RING) - hull(FACE_OVAL), -1);
  });

  it('are of one kind each: surroundings, skin, eyes and the inside of the mouth', () => {
    const kinds = [SURROUNDINGS, SKIN, EYE, MOUTH].map((kind) => ofKind(kind).length);
    expect(kinds.reduce((a, b) => a + b)).toBe(TRIANGLES.length);
    for (const corners of ofKind(SURROUNDINGS))
      expect(corners.slice(0, 3).some((i) => i >= FACE_MESH_POINTS)).toBe(true);
    for (const corners of ofKind(SKIN))
      expect(corners.slice(0, 3).every((i) => i < FACE_MESH_POINTS)).toBe(true);
  });

  it('cover an opening of so many corners with two fewer', () => {
    expect(ofKind(MOUTH)).toHaveLength(outline(LIPS_INNER).length - 2);
    const lids = EYES.map((eye) => outline(eye));
    expect(ofKind(EYE)).toHaveLength(lids[0]!.length - 2 + lids[1]!.length - 2);
    for (const corners of ofKind(MOUTH))
      for (const i of corners.slice(0, 3)) expect(outline(LIPS_INNER)).toContain(i);
    for (const corners of ofKind(EYE))
      expect(lids.some((lid) => corners.slice(0, 3).every((i) => lid.includes(i)))).toBe(true);
  });
});

describe('the ring around a face', () => {
  it('is 1.35 times as far from its middle as the outline of the reference', () => {
    const mesh = reference();
    const [x, y] = middle(mesh);
    FACE_OVAL.forEach((i, n) => {
      const [[ix, iy], [ox, oy]] = [at(mesh, i), at(mesh, RING[n]!)];
      expect(ox - x).toBeCloseTo(1.35 * (ix - x), 3);
      expect(oy - y).toBeCloseTo(1.35 * (iy - y), 3);
    });
  });

  it('goes along with a head that turns in the plane of the picture, grows and moves', () => {
    const before = reference();
    const after = changed(roomy());
    surround(after, before);
    const expected = changed(before);
    for (const i of RING) {
      expect(at(after, i)[0]).toBeCloseTo(at(expected, i)[0], 2);
      expect(at(after, i)[1]).toBeCloseTo(at(expected, i)[1], 2);
    }
  });

  it('keeps its shape when the outline changes, as what is around a face does', () => {
    const before = reference();
    const after = roomy(0.6);
    surround(after, before);
    const far = (mesh: Float32Array) => {
      const [x, y] = middle(mesh);
      return RING.map((i) => Math.hypot(at(mesh, i)[0] - x, at(mesh, i)[1] - y));
    };
    const ratios = far(after).map((value, n) => value / far(before)[n]!);
    expect(Math.max(...ratios) - Math.min(...ratios)).toBeLessThan(1e-4);
  });

  it('lies behind the face, wherever that is, and leaves its points alone', () => {
    for (const z of [-400, 0, 400]) {
      const mesh = roomy();
      for (let i = 2; i < 3 * FACE_MESH_POINTS; i += 3) mesh[i]! += z;
      const before = mesh.slice(0, 3 * FACE_MESH_POINTS);
      surround(mesh, reference());
      expect(mesh.subarray(0, 3 * FACE_MESH_POINTS)).toEqual(before);
      const far = Math.max(...FACE_OVAL.map((i) => mesh[3 * i + 2]!));
      for (const i of RING) expect(mesh[3 * i + 2]).toBeGreaterThanOrEqual(far);
    }
  });
});
