import { describe, expect, it } from 'vitest';
import { FACE_OVAL } from '../../../../src/pipeline/landmark/face-topology.ts';
import { surroundOf } from '../../../../src/pipeline/render/warp/head-surround.ts';
import { TurnedSide } from '../../../../src/pipeline/render/warp/turned-side.ts';
import { warpEngine } from '../../../../src/pipeline/render/warp/warp-engine.ts';
import { facePoints, paintedExample, poseOf } from '../painted-face.ts';

const [RIGHT_EAR, LEFT_EAR] = [234, 454];
const base = facePoints();
const of = (yaw: number) => TurnedSide.of(base, surroundOf(base), facePoints({ yaw }));

describe('the side that a turned example shows', () => {
  it('is none where the example is turned no farther than the base', () => {
    expect(of(0)).toBeUndefined();
    expect(of(4)).toBeUndefined();
  });

  it.each([
    [30, RIGHT_EAR, LEFT_EAR],
    [-30, LEFT_EAR, RIGHT_EAR],
  ])('is the one that a turn by %i° brings near, to the ear and beyond', (yaw, near, far) => {
    const side = of(yaw)!;
    expect(side.inside(near)).toBeGreaterThan(0.9);
    expect(side.beside(FACE_OVAL.indexOf(near))).toBeGreaterThan(0.9);
    expect(side.inside(far)).toBe(0);
    expect(side.beside(FACE_OVAL.indexOf(far))).toBe(0);
    // The brow is on neither side.
    expect(side.inside(FACE_OVAL[0]!)).toBeLessThan(0.1);
  });

  it('ends on its last ring, so that no edge is seen', () => {
    const side = of(30)!;
    for (let spoke = 0; spoke < FACE_OVAL.length; spoke++) {
      expect(side.beside(2 * FACE_OVAL.length + spoke)).toBe(0);
    }
  });
});

/** How green a head is that is drawn turned, where only a spot beside the face, level with an ear, is green in the turned example. */
async function greenOf(yaw: number, ear: number): Promise<number> {
  const turned = facePoints({ yaw });
  const side = Math.sign(base[3 * ear]! - 0.5);
  const level = turned[3 * ear + 1]!;
  let edge = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < 468; i++) {
    if (Math.abs(turned[3 * i + 1]! - level) < 0.03) edge = Math.max(edge, side * turned[3 * i]!);
  }
  const dot = [side * edge + 0.02 * side, level] as const;
  const engine = warpEngine();
  const identity = await engine.enrol([paintedExample(), paintedExample({ yaw }, { dot })]);
  const renderer = await engine.open(identity, { size: 256, mark: false });
  const { u, v } = await renderer.render(poseOf(turned));
  let green = 0;
  for (let i = 0; i < u.length; i++) if (u[i]! < 100 && v[i]! < 90) green++;
  renderer.close();
  return green;
}

it('draws the ear of an example that is turned as the head is, and nothing from behind its far cheek', async () => {
  expect(await greenOf(30, RIGHT_EAR)).toBeGreaterThan(3);
  expect(await greenOf(-30, LEFT_EAR)).toBeGreaterThan(3);
  expect(await greenOf(30, LEFT_EAR)).toBe(0);
});
