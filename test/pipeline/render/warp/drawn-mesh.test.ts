import { describe, expect, it } from 'vitest';
import { DrawnMesh } from '../../../../src/pipeline/render/warp/drawn-mesh.ts';
import { MESH_VERTICES, WHOLE_MESH } from '../../../../src/pipeline/render/warp/mesh-layers.ts';
import { facePoints } from '../painted-face.ts';

const SIDE = 256;
const TEXELS = 1024;
const NOSE_TIP = 4;
const face = facePoints();
const rings = new Float32Array((MESH_VERTICES - 468) * 3).map((_, i) => i / 10_000);

describe('the mesh that a picture was drawn with', () => {
  it('stands where the face and the rings around it do, in sides and in nodes', () => {
    const mesh = new DrawnMesh(0);
    const nodes = new Float32Array(2 * MESH_VERTICES);
    mesh.place(face, rings, SIDE, nodes);
    const [x, y] = [face[3 * NOSE_TIP]!, face[3 * NOSE_TIP + 1]!];
    expect([...mesh.places.subarray(2 * NOSE_TIP, 2 * NOSE_TIP + 2)]).toEqual([x, y]);
    // A node lies on the middle of every second pixel, from the first one on.
    expect(nodes[2 * NOSE_TIP]! * 2 + 0.5).toBeCloseTo(x * SIDE, 3);
    expect(nodes[2 * NOSE_TIP + 1]! * 2 + 0.5).toBeCloseTo(y * SIDE, 3);
    expect(mesh.places[2 * 468]).toBe(rings[0]);
    expect(mesh.places.at(-1)).toBe(rings.at(-2));
  });

  it('knows what is seen of the base example, and how near', () => {
    const mesh = new DrawnMesh(48);
    const values = new Float32Array(4 * MESH_VERTICES).map((_, i) => i);
    mesh.show(values, TEXELS);
    expect(mesh.sources[2 * NOSE_TIP]! * TEXELS).toBeCloseTo(4 * NOSE_TIP + 0.5, 3);
    expect(mesh.sources[2 * NOSE_TIP + 1]! * TEXELS).toBeCloseTo(4 * NOSE_TIP + 1.5, 3);
    expect(mesh.depths[NOSE_TIP]).toBe(4 * NOSE_TIP + 3);
    expect(mesh.triangles).toEqual({ at: 48, count: WHOLE_MESH.triangles });
  });
});
