import { describe, expect, it } from 'vitest';
import { FACE_OVAL } from '../../../../src/pipeline/landmark/face-topology.ts';
import { outlineReach, ovalMiddle } from '../../../../src/pipeline/render/warp/face-outline.ts';
import { fitHeadMotion } from '../../../../src/pipeline/render/warp/head-motion.ts';
import {
  moveSurround,
  SURROUND_VERTICES,
  surroundOf,
  UNDER,
} from '../../../../src/pipeline/render/warp/head-surround.ts';
import { SKULL_POINTS } from '../../../../src/pipeline/render/warp/mesh-contours.ts';
import { facePoints } from '../painted-face.ts';

const SPOKES = FACE_OVAL.length;
const rest = facePoints({ scale: 0.16 });

function ringsAt(now: Float32Array): Float32Array {
  const out = new Float32Array(SURROUND_VERTICES * 3);
  moveSurround(surroundOf(rest), fitHeadMotion(rest, now, SKULL_POINTS), rest, now, out);
  return out;
}

describe('what surrounds a face', () => {
  it('stays where it is while the face does', () => {
    const { rest: still } = surroundOf(rest);
    const out = ringsAt(rest);
    for (let i = 0; i < out.length; i++) expect(out[i]!).toBeCloseTo(still[i]!, 4);
  });

  /** Spokes to ears, jaw and cheeks on one side: 1 the picture's right. */
  const aside = (side: number): number[] =>
    FACE_OVAL.flatMap((i, spoke) => (side * (rest[3 * i]! - 0.5) > 0.09 ? [spoke] : []));
  /** A turn as necks make it: the face swings out before the ears. */
  const turned = (yaw: number) =>
    facePoints({ scale: 0.16, yaw, x: 0.5 + 0.16 * Math.sin((yaw * Math.PI) / 180) });

  it.each([30, -30])(
    'comes out from under the cheek that a turn by %i° brings near, so that no jaw bulges over it',
    (yaw) => {
      const now = turned(yaw);
      const out = ringsAt(now);
      const near = -Math.sign(yaw);
      expect(aside(near).length).toBeGreaterThan(5);
      for (const spoke of aside(near)) {
        const oval = now[3 * FACE_OVAL[spoke]!]!;
        for (const ring of [2, 3]) {
          expect(near * (out[3 * (ring * SPOKES + spoke)]! - oval)).toBeGreaterThan(0.005);
        }
      }
    },
  );

  it.each([30, -30])('keeps the outline of the head where it is in a turn by %i°', (yaw) => {
    const out = ringsAt(turned(yaw));
    const outline = 3;
    for (const side of [1, -1]) {
      for (const spoke of aside(side)) {
        const v = outline * SPOKES + spoke;
        const moved = out[3 * v]! - surroundOf(rest).rest[3 * v]!;
        // The face itself swings by 0.08.
        expect(Math.abs(moved)).toBeLessThan(0.04);
      }
    }
  });

  it.each([30, -30])('shows more beside the near ear and less beside the far one at %i°', (yaw) => {
    const now = turned(yaw);
    const out = ringsAt(now);
    const width = (side: number): number => {
      const ear = FACE_OVAL.indexOf(side > 0 ? 454 : 234);
      const ring = side * (out[3 * (2 * SPOKES + ear)]! - now[3 * FACE_OVAL[ear]!]!);
      const rested = surroundOf(rest).rest[3 * (2 * SPOKES + ear)]! - rest[3 * FACE_OVAL[ear]!]!;
      return ring / (side * rested);
    };
    const near = -Math.sign(yaw);
    expect(width(near)).toBeGreaterThan(1.3);
    expect(width(-near)).toBeLessThan(width(near));
  });

  it('begins on the face’s oval where that is seen, to the last digit', () => {
    const now = facePoints({ scale: 0.16, x: 0.53, roll: 8 });
    const out = ringsAt(now);
    FACE_OVAL.forEach((i, spoke) => {
      expect([out[3 * spoke], out[3 * spoke + 1]]).toEqual([now[3 * i], now[3 * i + 1]]);
    });
  });

  it('begins under the cheek that hides the oval, in the picture and now, so that no cheek is drawn twice', () => {
    const before = facePoints({ scale: 0.16, yaw: 40 });
    const now = facePoints({ scale: 0.16, yaw: 30 });
    const surround = surroundOf(before);
    const out = new Float32Array(SURROUND_VERTICES * 3);
    moveSurround(surround, fitHeadMotion(before, now, SKULL_POINTS), before, now, out);
    const reachOf = (points: Float32Array, ring: Float32Array, spoke: number): number => {
      const [x, y] = ovalMiddle(points);
      const i = FACE_OVAL[spoke]!;
      const away = Math.hypot(points[3 * i]! - x, points[3 * i + 1]! - y);
      return Math.hypot(ring[3 * spoke]! - x, ring[3 * spoke + 1]! - y) / away;
    };
    const [shown, seen] = [before, now].map((points) => {
      const reach = new Float32Array(SPOKES);
      outlineReach(points, reach);
      return reach;
    }) as [Float32Array, Float32Array];
    const hidden = [...shown.keys()].filter((spoke) => shown[spoke]! > 1.06 && seen[spoke]! > 1.04);
    expect(hidden.length).toBeGreaterThan(2);
    for (const spoke of hidden) {
      const [texture, place] = [reachOf(before, surround.rest, spoke), reachOf(now, out, spoke)];
      expect(shown[spoke]! - texture).toBeCloseTo(UNDER, 4);
      expect(Math.min(shown[spoke]!, seen[spoke]!) - place).toBeCloseTo(UNDER, 4);
    }
  });

  it('stands still at the border', () => {
    const out = ringsAt(facePoints({ scale: 0.16, yaw: 30, pitch: 15, x: 0.55 }));
    for (let v = SURROUND_VERTICES - SPOKES; v < SURROUND_VERTICES; v++) {
      const [x, y] = [out[3 * v]!, out[3 * v + 1]!];
      expect(Math.min(x, 1 - x, y, 1 - y)).toBeLessThan(1e-4);
    }
  });
});
