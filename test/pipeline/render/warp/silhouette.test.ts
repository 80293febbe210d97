import { describe, expect, it } from 'vitest';
import { CANONICAL_FACE } from '../../../../src/pipeline/landmark/canonical-face.ts';
import { FACE_TRIANGLES } from '../../../../src/pipeline/landmark/face-triangles.ts';
import { PIECE_FLOATS, Silhouette } from '../../../../src/pipeline/render/warp/silhouette.ts';

/** The pieces of a mesh whose vertices stand at x, y and have depth z. */
function piecesOf(triangles: readonly number[], points: readonly (readonly number[])[]) {
  const silhouette = new Silhouette(triangles);
  const places = Float32Array.from(points.flatMap(([x, y]) => [x!, y!]));
  const values = Float32Array.from(points.flatMap(([, , z]) => [0, 0, 1, z!]));
  const out = new Float32Array(silhouette.most * PIECE_FLOATS);
  const count = silhouette.write(places, values, out);
  return Array.from({ length: count }, (_, k) => [
    ...out.subarray(PIECE_FLOATS * k, PIECE_FLOATS * (k + 1)),
  ]);
}

/** Two triangles with the edge from (10, 0) to (10, 20), the second one's free corner at `x`. */
const hinge = (x: number) =>
  piecesOf(
    [0, 1, 2, 1, 0, 3],
    [
      [10, 0, 1],
      [10, 20, 2],
      [0, 10, 3],
      [x, 10, 4],
    ],
  );

/** The canonical face turned about the vertical axis, seen from the front. */
function turnedFace(degrees: number) {
  const turn = (degrees * Math.PI) / 180;
  const points = Array.from({ length: CANONICAL_FACE.length / 3 }, (_, v) => {
    const [x, y, z] = [0, 1, 2].map((k) => CANONICAL_FACE[3 * v + k]!) as [number, number, number];
    return [x * Math.cos(turn) + z * Math.sin(turn), y, z * Math.cos(turn) - x * Math.sin(turn)];
  });
  return piecesOf([...FACE_TRIANGLES], points);
}

describe('a silhouette', () => {
  it('is no edge of a sheet that lies open', () => {
    expect(hinge(20)).toEqual([]);
  });

  it('is the fold of a sheet whose other half is turned away, with its ends and their depths', () => {
    const pieces = hinge(5);
    expect(pieces).toHaveLength(1);
    expect(pieces[0]!.slice(4).toSorted()).toEqual([1, 2]);
  });

  it('has the surface that faces the viewer to its left, whichever way the mesh is wound', () => {
    const [x0, y0, x1, y1] = hinge(5)[0]!;
    const [, back0, , back1] = piecesOf(
      [0, 2, 1, 1, 3, 0],
      [
        [10, 0, 1],
        [10, 20, 2],
        [0, 10, 3],
        [5, 10, 4],
      ],
    )[0]!;
    const side = (x: number) => (x - x0!) * (y1! - y0!) - (10 - y0!) * (x1! - x0!);
    expect(side(0)).toBeGreaterThan(0);
    // Wound the other way, the half that faced away faces the viewer: it lies on the same side of the fold.
    expect(Math.sign(back1! - back0!)).toBe(Math.sign(y1! - y0!));
  });

  it('is hardly any of a face seen from the front, and a cheek and the nose of one that is turned', () => {
    const front = turnedFace(0).length;
    expect(turnedFace(35).length).toBeGreaterThan(front + 15);
    expect(turnedFace(-35).length).toBeGreaterThan(front + 15);
  });
});
