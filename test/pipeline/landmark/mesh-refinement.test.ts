import { describe, expect, it } from 'vitest';
import { refineMesh } from '../../../src/pipeline/landmark/mesh-refinement.ts';

const pairs = (count: number, from: number) =>
  Float32Array.from({ length: 2 * count }, (_, i) => from + i);
const parts = {
  lips: pairs(80, 1000),
  leftEye: pairs(71, 2000),
  rightEye: pairs(71, 3000),
  leftIris: pairs(5, 4000),
  rightIris: pairs(5, 5000),
};
const mesh = Float32Array.from({ length: 468 * 3 }, (_, i) => i / 10);
const point = (points: Float32Array, index: number) => [...points.slice(3 * index, 3 * index + 3)];

describe('refineMesh', () => {
  const refined = refineMesh(mesh, parts);

  it('puts lips and eyes where they were seen the second time, and keeps their depth', () => {
    expect(point(refined, 61)).toEqual([1000, 1001, mesh[3 * 61 + 2]]);
    expect(point(refined, 407)).toEqual([1158, 1159, mesh[3 * 407 + 2]]);
    expect(point(refined, 33)).toEqual([2000, 2001, mesh[3 * 33 + 2]]);
    expect(point(refined, 193)).toEqual([2140, 2141, mesh[3 * 193 + 2]]);
    expect(point(refined, 263)).toEqual([3000, 3001, mesh[3 * 263 + 2]]);
    expect(point(refined, 417)).toEqual([3140, 3141, mesh[3 * 417 + 2]]);
  });

  it('leaves the rest of the mesh alone, and the network’s own output', () => {
    expect(point(refined, 1)).toEqual(point(mesh, 1));
    expect(mesh[3 * 61]).toBeCloseTo(18.3, 3);
  });

  it('adds the irises, as deep as their lids on average', () => {
    expect(refined).toHaveLength(478 * 3);
    const lids = [33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173];
    const depth = lids.reduce((sum, index) => sum + mesh[3 * index + 2]!, 0) / lids.length;
    const [x, y, z] = point(refined, 468);
    expect([x, y]).toEqual([4000, 4001]);
    expect(z).toBeCloseTo(depth, 3);
    expect(point(refined, 477).slice(0, 2)).toEqual([5008, 5009]);
  });
});
