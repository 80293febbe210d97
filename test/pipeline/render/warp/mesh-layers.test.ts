import { describe, expect, it } from 'vitest';
import { FACE_OVAL } from '../../../../src/pipeline/landmark/face-topology.ts';
import type { RegionWeights } from '../../../../src/pipeline/render/warp/example-weights.ts';
import { fitHeadMotion } from '../../../../src/pipeline/render/warp/head-motion.ts';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { SKULL_POINTS } from '../../../../src/pipeline/render/warp/mesh-contours.ts';
import { MESH_VERTICES, MeshLayers } from '../../../../src/pipeline/render/warp/mesh-layers.ts';
import { enrolWarpIdentity } from '../../../../src/pipeline/render/warp/warp-identity.ts';
import { type FaceShape, facePoints, paintedExample } from '../painted-face.ts';

const TEXELS = 1024;
const NOSE_TIP = 1;
const CHEEKS = { left: 352, right: 123 };

/** The layers of somebody with these examples, taken a face, and what they show at the vertices. */
function taken(examples: readonly FaceShape[], shape: FaceShape) {
  const identity = enrolWarpIdentity(
    examples.map((example) => paintedExample(example)),
    newKernelMemory(),
  );
  const values = new Float32Array(MESH_VERTICES * 4);
  const layers = new MeshLayers(identity, TEXELS, values);
  const points = facePoints(shape);
  layers.move(points, fitHeadMotion(identity.examples[0].points, points, SKULL_POINTS));
  const at = (v: number) =>
    [...values.subarray(4 * v, 4 * v + 4)] as [number, number, number, number];
  return { layers, points, at, identity };
}

const weights = (...shares: number[]): RegionWeights => {
  const each = Float64Array.from(shares);
  return { face: each, mouth: each, eyes: each, shown: { face: 0, mouth: 0, eyes: 0 }, turned: 0 };
};

describe('the layers of a mesh', () => {
  it('show the base example all over, each point its own place in the picture', () => {
    const { layers, points, at, identity } = taken([{}], { yaw: 10 });
    layers.base(points);
    const [x, y, weight, depth] = at(NOSE_TIP);
    const own = identity.examples[0].points;
    expect(x).toBeCloseTo(own[3 * NOSE_TIP]! * TEXELS - 0.5, 2);
    expect(y).toBeCloseTo(own[3 * NOSE_TIP + 1]! * TEXELS - 0.5, 2);
    expect(weight).toBe(1);
    expect(depth).toBeCloseTo(points[3 * NOSE_TIP + 2]!, 5);
    for (let v = 468; v < MESH_VERTICES; v++) expect(at(v)[3]).toBeGreaterThanOrEqual(10_000);
  });

  it('begin around the face with what its oval shows, borrowed skin included, where the picture shows the oval', () => {
    const { layers, points, at } = taken([{}], { yaw: 35 });
    layers.base(points);
    const near = FACE_OVAL.filter((i) => points[3 * i]! < 0.5);
    expect(near.length).toBeGreaterThan(10);
    for (const i of near) {
      const seam = at(468 + FACE_OVAL.indexOf(i));
      expect(Math.hypot(seam[0] - at(i)[0], seam[1] - at(i)[1])).toBeLessThan(1);
    }
  });

  it('have no other side of a face that looks ahead, and one of a face that was turned away', () => {
    const ahead = taken([{}], { yaw: 25 });
    expect(ahead.layers.mirrored(ahead.points)).toBeUndefined();
    const turned = taken([{ yaw: 40 }], { yaw: -25 });
    expect(turned.layers.mirrored(turned.points)).toBeDefined();
    const [shown, hidden] = [CHEEKS.left, CHEEKS.right].map((v) => turned.at(v)[2]);
    expect(Math.min(shown!, hidden!)).toBe(0);
    expect(Math.max(shown!, hidden!)).toBeGreaterThan(0.5);
  });

  it('show nothing outside of a picture that a face leaves', () => {
    const { layers, points, at } = taken([{ x: 0.02, scale: 0.3 }], {});
    layers.base(points);
    for (let v = 0; v < MESH_VERTICES; v++) {
      const [x, y] = at(v);
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(-0.5);
      expect(Math.max(x, y)).toBeLessThanOrEqual(TEXELS - 0.5);
    }
  });

  it('leave out an example that has no share, and lay others over by their share of those before them', () => {
    const { layers, points, at } = taken([{}, { jaw: 0.3 }, { yaw: 12 }], {});
    expect(layers.over(1, points, weights(0.99, 0.01, 0))).toBeUndefined();
    expect(layers.over(1, points, weights(0.5, 0.25, 0.25))).toBeDefined();
    expect(at(NOSE_TIP)[2]).toBeCloseTo(1 / 3, 2);
    expect(layers.over(2, points, weights(0.5, 0.25, 0.25))).toBeDefined();
    expect(at(NOSE_TIP)[2]).toBeCloseTo(1 / 4, 2);
  });
});
