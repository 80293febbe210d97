import { describe, expect, it } from 'vitest';
import { FACE_OVAL } from '../../../../src/pipeline/landmark/face-topology.ts';
import { fitHeadMotion } from '../../../../src/pipeline/render/warp/head-motion.ts';
import { SPOKES, surroundOf } from '../../../../src/pipeline/render/warp/head-surround.ts';
import { SKULL_POINTS } from '../../../../src/pipeline/render/warp/mesh-contours.ts';
import {
  MIRRORED_RINGS,
  MirroredSide,
} from '../../../../src/pipeline/render/warp/mirrored-side.ts';
import { warpEngine } from '../../../../src/pipeline/render/warp/warp-engine.ts';
import { facePoints, paintedExample, poseOf } from '../painted-face.ts';

const [RIGHT_EAR, LEFT_EAR] = [234, 454];
const [NOSE_TIP, CHIN] = [1, 152];
const of = (yaw: number) => {
  const points = facePoints({ yaw });
  return MirroredSide.of(points, surroundOf(points));
};
/** Wholly in view, of a head that looks ahead. */
const AHEAD = { revealed: 1, across: 0 };
/** The vertex of a ring beside a point of the oval; the first is the seam. */
const ringBeside = (ring: number, point: number) => 468 + ring * SPOKES + FACE_OVAL.indexOf(point);

describe('the side that a turned picture hides', () => {
  it('is none of a face that looks ahead', () => {
    expect(of(0)).toBeUndefined();
  });

  it.each([
    [30, LEFT_EAR, RIGHT_EAR],
    [-30, RIGHT_EAR, LEFT_EAR],
  ])(
    'is, turned by %i°, the far ear and what is beside it, shown as the near one',
    (yaw, far, near) => {
      const side = of(yaw)!;
      const weight = (vertex: number) => side.weight(vertex, AHEAD, 1);
      expect(weight(far)).toBeGreaterThan(0.9);
      expect(weight(near)).toBe(0);
      for (const ring of [0, 1]) {
        expect(weight(ringBeside(ring, far))).toBeGreaterThan(0.9);
        expect(weight(ringBeside(ring, near))).toBe(0);
      }
      expect(weight(NOSE_TIP)).toBeLessThan(0.1);
      const points = facePoints({ yaw });
      expect(side.places[2 * far]).toBeCloseTo(points[3 * near]!, 5);
      expect(side.places[2 * far + 1]).toBeCloseTo(points[3 * near + 1]!, 5);
      // Farther out there is what lies beside the near ear, farther out.
      const beyond = side.places[2 * ringBeside(2, far)]! - points[3 * near]!;
      expect(beyond * (points[3 * near]! - points[3 * far]!)).toBeGreaterThan(0);
    },
  );

  it('ends on the last of its rings, and nearer to the face below it, where collars do not turn', () => {
    const side = of(30)!;
    const [farJaw, last] = [379, MIRRORED_RINGS - 1];
    for (let spoke = 0; spoke < SPOKES; spoke++) {
      for (const across of [0, 1]) {
        const back = { revealed: 1, across };
        expect(side.weight(468 + last * SPOKES + spoke, back, 1)).toBeCloseTo(0, 6);
      }
    }
    const at = (point: number) =>
      Array.from({ length: MIRRORED_RINGS }, (_, ring) =>
        side.weight(ringBeside(ring, point), AHEAD, 1),
      );
    const [jaw, ear] = [at(farJaw), at(LEFT_EAR)];
    expect(jaw[1]).toBeGreaterThan(0.5);
    expect(jaw[3]! / jaw[1]!).toBeLessThan(0.5);
    expect(jaw[4]).toBe(0);
    expect(ear[3]! / ear[1]!).toBeGreaterThan(0.7);
    expect(ear[4]).toBeGreaterThan(0.2);
  });

  it('is the whole neck with its collar where the head looks the other way, also on the side that was shown', () => {
    const side = of(30)!;
    const [nearJaw, farJaw] = [150, 379];
    const other = { revealed: 1, across: 1 };
    for (const jaw of [nearJaw, farJaw]) {
      const collar = ringBeside(3, jaw);
      expect(side.weight(collar, other, 1)).toBeGreaterThan(0.5);
      expect(side.weight(collar, other, 1)).toBeGreaterThan(side.weight(collar, AHEAD, 1) + 0.2);
    }
    expect(side.weight(ringBeside(2, RIGHT_EAR), other, 1)).toBe(0);
  });

  it('has neither neck nor collar of somebody whose collar is not its own mirror image', () => {
    const side = of(30)!;
    const other = { revealed: 1, across: 1 };
    for (let ring = 1; ring < MIRRORED_RINGS; ring++) {
      expect(side.weight(ringBeside(ring, CHIN), other, 0)).toBe(0);
    }
    expect(side.weight(ringBeside(2, LEFT_EAR), other, 0)).toBeGreaterThan(0.9);
  });

  it('is hidden the farther, the more the picture is turned', () => {
    const hides = [4, 8, 12, 30].map((yaw) => of(yaw)?.hides ?? 0);
    expect(hides.toSorted((a, b) => a - b)).toEqual(hides);
    expect(hides[0]).toBeLessThan(0.35);
    expect(hides[3]).toBe(1);
  });

  it('comes into view as the head turns back, and not while it turns away', () => {
    const points = facePoints({ yaw: 30 });
    const side = MirroredSide.of(points, surroundOf(points))!;
    const back = [45, 30, 25, 20, 10, -30].map((yaw) =>
      side.turnedBack(fitHeadMotion(points, facePoints({ yaw }), SKULL_POINTS)),
    );
    const revealed = back.map((turned) => turned.revealed);
    expect(revealed.slice(0, 2)).toEqual([0, expect.closeTo(0, 6)]);
    expect(revealed.toSorted((a, b) => a - b)).toEqual(revealed);
    expect(revealed[2]).toBeGreaterThan(0.02);
    expect(revealed[2]).toBeLessThan(0.5);
    expect(revealed.at(-1)).toBe(1);
    const across = back.map((turned) => turned.across);
    expect(across.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(across.at(-1)).toBeGreaterThan(0.95);
  });
});

/** Green pixels of a head drawn looking to one side, of a picture that looks to the other and has a spot beside its near ear. */
async function greenOf(from: number, to: number): Promise<[left: number, right: number]> {
  const shown = facePoints({ yaw: from });
  const ear = from > 0 ? RIGHT_EAR : LEFT_EAR;
  const out = Math.sign(shown[3 * ear]! - shown[3 * NOSE_TIP]!);
  const dot = [shown[3 * ear]! + 0.02 * out, shown[3 * ear + 1]!] as const;
  const engine = warpEngine();
  const identity = await engine.enrol([paintedExample({ yaw: from }, { dot })]);
  const renderer = await engine.open(identity, { size: 256, mark: false });
  const { u, v } = await renderer.render(poseOf(facePoints({ yaw: to })));
  renderer.close();
  const green: [number, number] = [0, 0];
  for (let i = 0; i < u.length; i++) if (u[i]! < 110 && v[i]! < 105) green[i % 128 < 64 ? 0 : 1]++;
  return green;
}

it('draws the ear that a turned picture hides as the other one when the head turns back', async () => {
  expect((await greenOf(30, -25))[1]).toBeGreaterThan(3);
  expect((await greenOf(-30, 25))[0]).toBeGreaterThan(3);
});

it('draws the ear once where the head stays turned as in its picture', async () => {
  const [near, far] = await greenOf(30, 30);
  expect(near).toBeGreaterThan(3);
  expect(far).toBe(0);
});
