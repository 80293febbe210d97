import { describe, expect, it } from 'vitest';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { meshFrameBytes } from '../../../../src/pipeline/render/warp/mesh-frame.ts';
import { MESH_TRIANGLES, WHOLE_MESH } from '../../../../src/pipeline/render/warp/mesh-layers.ts';
import {
  blockOfNodes,
  blocksOf,
  type DrawnTiles,
  type MeshPicture,
  nodesOf,
  TILES,
  tileSide,
} from '../../../../src/pipeline/render/warp/mesh-picture.ts';
import { SHADING_CELLS, SHADING_NODES } from '../../../../src/pipeline/render/warp/shading.ts';
import { enrolWarpIdentity } from '../../../../src/pipeline/render/warp/warp-identity.ts';
import { WarpPainter } from '../../../../src/pipeline/render/warp/warp-painter.ts';
import { seededRandom } from '../../seeded-random.ts';
import { type FaceShape, facePoints, paintedExample } from '../painted-face.ts';

const SIDE = 256;
const identity = enrolWarpIdentity(
  [0, 24, -24].map((yaw) => paintedExample({ yaw, jaw: Math.abs(yaw) / 240 })),
  newKernelMemory(),
);

function opened(side = SIDE) {
  const painter = new WarpPainter(identity, side, meshFrameBytes(side));
  const frame = painter.meshFrame(painter.spareAt);
  const described = (shape: FaceShape = {}): MeshPicture | undefined => {
    painter.follow(facePoints(shape));
    return painter.describe(frame);
  };
  const picture = (): Uint8Array => {
    const { y, u, v } = painter.toFrame();
    return Uint8Array.from([...y, ...u, ...v]);
  };
  return { painter, described, picture };
}

/** The triangle that a node of the picture's map shows. */
const triangleAt = ({ side, codes, starts, palette }: MeshPicture, x: number, y: number) => {
  const node = y * nodesOf(side) + x;
  return palette[starts[blockOfNodes(side)[node]!]! + codes[node]!]!;
};

/** A frame's tile at a place, plane after plane. */
const tileAt = ({ table, rows, tiles }: DrawnTiles, side: number, x: number, y: number) => {
  const row = Math.floor(y * TILES);
  const which = table[row * TILES + Math.floor(x * TILES)]!;
  const [bytes, end] = [4 * tileSide(side) ** 2, rows[row]! + which];
  return which === 0 ? undefined : tiles.slice((end - 1) * bytes, end * bytes);
};
const countOf = ({ tiles }: DrawnTiles) => tiles.length / (4 * tileSide(SIDE) ** 2);

/** By how much a pixel is brighter: between the four nodes around it. */
function shadingAt(grid: Float32Array, x: number, y: number): number {
  const [u, v] = [x, y].map((pixel) => ((pixel + 0.5) * SHADING_CELLS) / SIDE);
  const [column, row] = [Math.floor(u!), Math.floor(v!)];
  const along = (from: number): number =>
    grid[from]! + (grid[from + 1]! - grid[from]!) * (u! - column);
  const above = along(row * SHADING_NODES + column);
  return above + (along((row + 1) * SHADING_NODES + column) - above) * (v! - row);
}

describe('a frame of a mesh', () => {
  it('tells of every node which triangle it lies in, and of what is beside the mesh nothing', () => {
    const { described } = opened();
    const mesh = described({ x: 0.6 })!;
    expect(mesh.codes).toHaveLength(nodesOf(SIDE) ** 2);
    expect(mesh.starts).toHaveLength(blocksOf(SIDE) ** 2);
    let checked = 0;
    for (let y = 0; y < nodesOf(SIDE); y += 5) {
      for (let x = 0; x < nodesOf(SIDE); x += 5) {
        const triangle = triangleAt(mesh, x, y);
        if (triangle === WHOLE_MESH.triangles) continue;
        const corners = MESH_TRIANGLES.slice(3 * triangle, 3 * triangle + 3).map((v) => [
          mesh.places[2 * v]!,
          mesh.places[2 * v + 1]!,
        ]);
        const sides = corners.map(([ax, ay], i) => {
          const [bx, by] = corners[(i + 1) % 3]!;
          return (bx! - ax!) * (y - ay!) - (by! - ay!) * (x - ax!);
        });
        // To one side of all three of its sides, but for roundings.
        const [least, most] = [Math.min(...sides), Math.max(...sides)];
        expect(Math.min(-least, most), `${x}, ${y}`).toBeLessThan(0.01);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(300);
    const corner = nodesOf(SIDE) - 1;
    expect(triangleAt(mesh, corner, corner)).toBe(WHOLE_MESH.triangles);
  });

  it('has the pixels of edges and outlines as they are painted, and others none', () => {
    const { painter, described } = opened();
    const single = enrolWarpIdentity([paintedExample()], newKernelMemory());
    const alone = new WarpPainter(single, SIDE, meshFrameBytes(SIDE));
    alone.follow(facePoints({ yaw: 32 }));
    const mesh = alone.describe(alone.meshFrame(alone.spareAt))!;
    expect(mesh.layers.map(({ texture }) => texture)).toEqual([0]);
    expect(countOf(mesh.edges)).toBeGreaterThan(20);
    alone.paint();
    const { memory, at } = alone.canvas;
    const size = tileSide(SIDE);
    let compared = 0;
    for (let t = 0; t < TILES ** 2; t++) {
      const [left, top] = [(t % TILES) * size, Math.floor(t / TILES) * size];
      const tile = tileAt(mesh.edges, SIDE, left / SIDE, top / SIDE);
      if (!tile || tileAt(mesh.painted, SIDE, left / SIDE, top / SIDE)) continue;
      for (let i = 0; i < size ** 2; i++) {
        const [x, y] = [left + (i % size), top + Math.floor(i / size)];
        const gain = shadingAt(mesh.shading, x, y);
        for (const k of [0, 1, 2]) {
          const value = tile[k * size ** 2 + i]!;
          const shaded = value + (value - (k === 0 ? 16 : 128)) * gain;
          const painted = memory[at + 4 * (y * SIDE + x) + k]!;
          // To the bit where there is no shading, which is rounded.
          expect(Math.abs(painted - shaded)).toBeLessThanOrEqual(gain === 0 ? 0 : 1);
        }
      }
      compared++;
    }
    expect(compared).toBeGreaterThan(20);
    expect(countOf(described()!.edges)).toBe(0);
    for (const each of [alone, painter]) each.close();
  });

  it('has what is painted over everything where mouth and eyes are, and nothing else there', () => {
    const { described } = opened();
    const open = described({ jaw: 0.25 })!;
    const mouth = facePoints({ jaw: 0.25 });
    const inside = [13, 14].map((i) => mouth[3 * i + 1]!);
    const tile = tileAt(open.painted, SIDE, mouth[3 * 13]!, (inside[0]! + inside[1]!) / 2)!;
    expect(Math.max(...tile.slice(3 * tileSide(SIDE) ** 2)), 'covers').toBe(255);
    expect(tileAt(open.painted, SIDE, 0.5, 0.05)).toBeUndefined();
    // What was painted in one frame is gone in the next.
    const shut = described()!;
    expect(countOf(shut.painted)).toBeLessThan(countOf(open.painted));
    const lips = facePoints();
    expect(tileAt(shut.painted, SIDE, lips[3 * 13]!, lips[3 * 13 + 1]! + 0.06)).toBeUndefined();
  });

  it('leaves the picture what it would be without it', () => {
    const [one, other] = [opened(), opened()];
    for (const shape of [{ yaw: 20 }, { jaw: 0.2 }, { shut: 1, roll: 10 }]) {
      one.described(shape);
      one.painter.paint();
      other.painter.draw(facePoints(shape));
      expect(Buffer.compare(one.picture(), other.picture())).toBe(0);
    }
  });

  it('is none where edges run through a quarter of the picture: there is none of a face', () => {
    const { painter, described } = opened();
    const random = seededRandom(2);
    painter.follow(facePoints().map((value) => value + 0.3 * (random() - 0.5)));
    const crumpled = painter.describe(painter.meshFrame(painter.spareAt));
    expect(crumpled === undefined).toBe(true);
    expect(described(), 'and one again').toBeDefined();
  });
});
