import { describe, expect, it } from 'vitest';
import { fitHeadMotion } from '../../../../src/pipeline/render/warp/head-motion.ts';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { SKULL_POINTS } from '../../../../src/pipeline/render/warp/mesh-contours.ts';
import {
  SHADING_CELLS,
  SHADING_NODES,
  Shading,
} from '../../../../src/pipeline/render/warp/shading.ts';
import type { WarpIdentity } from '../../../../src/pipeline/render/warp/warp-identity.ts';
import { litTexture } from '../lit-face.ts';
import { type FaceShape, facePoints } from '../painted-face.ts';
import { placed } from '../texture-of.ts';

type Light = (x: number, y: number, z: number) => number;
const fromTheRight: Light = (x, _, z) => 0.25 + 0.2 * x + 0.15 * z;
const [NOSE, RIGHT_CHEEK, LEFT_CHEEK] = [4, 425, 205];

/** The shading of a face whose examples do `shapes` in a light, where it does `now`. */
function shaded(
  light: Light,
  now: FaceShape,
  { shapes = [{}], weights = [1] }: { shapes?: FaceShape[]; weights?: number[] } = {},
) {
  const memory = newKernelMemory();
  const faces = shapes.map((shape) => facePoints(shape));
  const levels = placed(
    memory,
    faces.map((points) => litTexture(points, light)),
  );
  const examples = faces.map((points, k) => ({ points, levels: [levels[k]!] }));
  const shading = new Shading({ memory, examples } as unknown as WarpIdentity);
  const points = facePoints(now);
  const grid = new Float32Array(SHADING_NODES ** 2);
  shading.follow(
    points,
    fitHeadMotion(faces[0]!, points, SKULL_POINTS),
    Float64Array.from(weights),
    grid,
  );
  const node = (x: number, y: number): number =>
    grid[Math.round(y * SHADING_CELLS) * SHADING_NODES + Math.round(x * SHADING_CELLS)]!;
  return { grid, node, at: (v: number) => node(points[3 * v]!, points[3 * v + 1]!) };
}

const nothing = (grid: Float32Array) => grid.every((gain) => gain === 0);

describe('shading', () => {
  it('is none while the head looks as it does in its picture, or nearly so', () => {
    expect(nothing(shaded(fromTheRight, {}).grid)).toBe(true);
    expect(nothing(shaded(fromTheRight, { yaw: 2, x: 0.45, jaw: 0.2 }).grid)).toBe(true);
  });

  it('makes a face darker that turns away from its light, and brighter that turns towards it', () => {
    const away = shaded(fromTheRight, { yaw: -25 });
    const towards = shaded(fromTheRight, { yaw: 25 });
    expect(away.at(NOSE) * towards.at(NOSE)).toBeLessThan(0);
    const [dark, bright] = [away, towards].sort((a, b) => a.at(NOSE) - b.at(NOSE));
    expect(dark!.at(NOSE)).toBeLessThan(-0.05);
    expect(bright!.at(NOSE)).toBeGreaterThan(0.03);
  });

  it('is what the light itself would make of the face', () => {
    // Without a term that is believed by half.
    const light: Light = (x) => 0.3 + 0.2 * x;
    const yaw = 20;
    const shapes = [{}, { yaw }] as const;
    const { at } = shaded(light, { yaw });
    const memory = newKernelMemory();
    const [before, after] = placed(
      memory,
      shapes.map((shape) => litTexture(facePoints(shape), light)),
    );
    const bytes = new Uint8Array(memory.buffer);
    const luma = (level: { at: number; side: number }, v: number, shape: FaceShape): number => {
      const points = facePoints(shape);
      const [x, y] = [0, 1].map((k) => Math.round(points[3 * v + k]! * level.side - 0.5));
      return bytes[level.at + y! * (level.side + 2) * 4 + x! * 4]! - 16;
    };
    for (const v of [NOSE, RIGHT_CHEEK, LEFT_CHEEK]) {
      const wanted = luma(after!, v, { yaw }) / luma(before!, v, {}) - 1;
      expect(Math.abs(at(v) - wanted)).toBeLessThan(0.08);
      expect(Math.sign(at(v))).toBe(Math.sign(wanted));
    }
  });

  it('is none in even light, however far the head turns', () => {
    const { grid } = shaded(() => 0.4, { yaw: 35, pitch: 15 });
    for (const gain of grid) expect(Math.abs(gain)).toBeLessThan(0.02);
  });

  it('ends beside the face', () => {
    const { node } = shaded(fromTheRight, { yaw: 25 });
    for (const [x, y] of [
      [0.05, 0.5],
      [0.95, 0.5],
      [0.5, 0.95],
    ] as const) {
      expect(node(x, y)).toBe(0);
    }
  });

  it('is bounded, in whatever light', () => {
    const glaring: Light = (x) => 0.02 + Math.max(0, x) ** 3;
    for (const gain of shaded(glaring, { yaw: 40 }).grid) {
      expect(Math.abs(gain)).toBeLessThanOrEqual(0.5 + 1e-6);
    }
  });

  it('is told from the examples that are on show, each in its own light', () => {
    const yaw = 25;
    const shapes = [{}, { yaw }];
    const alone = shaded(fromTheRight, { yaw }).at(NOSE);
    const other = shaded(fromTheRight, { yaw }, { shapes, weights: [0, 1] });
    expect(nothing(other.grid)).toBe(true);
    const both = shaded(fromTheRight, { yaw }, { shapes, weights: [0.5, 0.5] }).at(NOSE);
    expect(both / alone).toBeGreaterThan(0.35);
    expect(both / alone).toBeLessThan(0.65);
  });

  it('settles in a few frames, whatever the tracker makes of a turn from one to the next', () => {
    const memory = newKernelMemory();
    const rest = facePoints();
    const [level] = placed(memory, [litTexture(rest, fromTheRight)]);
    const examples = [{ points: rest, levels: [level!] }];
    const shading = new Shading({ memory, examples } as unknown as WarpIdentity);
    const grid = new Float32Array(SHADING_NODES ** 2);
    const nose = (yaw: number): number => {
      const points = facePoints({ yaw });
      const motion = fitHeadMotion(rest, points, SKULL_POINTS);
      shading.follow(points, motion, Float64Array.of(1), grid);
      const [column, row] = [0, 1].map((k) => Math.round(points[3 * NOSE + k]! * SHADING_CELLS));
      return grid[row! * SHADING_NODES + column!]!;
    };
    nose(0);
    const frames = Array.from({ length: 12 }, () => nose(-25));
    expect(frames[0]! / frames.at(-1)!).toBeLessThan(0.5);
    expect(frames[3]! / frames.at(-1)!).toBeGreaterThan(0.75);
    shading.reset();
    const atOnce = nose(-25);
    expect(Math.abs(atOnce - frames.at(-1)!)).toBeLessThan(0.005);
  });

  it('leaves to its neighbours what an example hides', () => {
    const { at } = shaded(fromTheRight, {}, { shapes: [{ yaw: 35 }] });
    for (const v of [RIGHT_CHEEK, LEFT_CHEEK, 234, 454]) expect(at(v)).not.toBeNaN();
  });
});
