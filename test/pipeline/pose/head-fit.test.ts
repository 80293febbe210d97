import { describe, expect, it } from 'vitest';
import { HeadFit } from '../../../src/pipeline/pose/head-fit.ts';
import { anglesOf } from '../../../src/pipeline/pose/rotation.ts';
import { seededRandom } from '../seeded-random.ts';
import { syntheticFace } from './synthetic-face.ts';

const DEGREE = Math.PI / 180;

describe('HeadFit', () => {
  it('finds yaw, pitch, roll, place and size of a head turned any way', () => {
    const fit = new HeadFit();
    for (const yaw of [-40, -10, 0, 25]) {
      for (const pitch of [-25, 0, 15]) {
        for (const roll of [-30, 0, 50]) {
          const head = { yaw: yaw * DEGREE, pitch: pitch * DEGREE, roll: roll * DEGREE };
          expect(fit.fit(syntheticFace({ ...head, x: 200, y: 260, scale: 90 }).points)).toBe(true);
          const found = anglesOf(fit.rotation);
          for (const key of ['yaw', 'pitch', 'roll'] as const) {
            expect(Math.abs(found[key] - head[key]) / DEGREE).toBeLessThan(1);
          }
          expect(fit.x).toBeCloseTo(200, -0.5);
          expect(fit.scale / 90).toBeCloseTo(1, 2);
        }
      }
    }
  });

  it('turns to the right of the picture for positive yaw, down for positive pitch, clockwise for positive roll', () => {
    const nose = (acting: object): [number, number] => {
      const { points } = syntheticFace({ x: 0, y: 0, scale: 100, ...acting });
      return [points[3 * 4]!, points[3 * 4 + 1]!];
    };
    const [ahead, turned, nodding] = [nose({}), nose({ yaw: 0.3 }), nose({ pitch: 0.3 })];
    expect(turned[0]).toBeGreaterThan(ahead[0] + 5);
    expect(nodding[1]).toBeGreaterThan(ahead[1] + 5);
    const { points } = syntheticFace({ x: 0, y: 0, scale: 100, roll: 0.3 });
    // The subject's left eye stands on the right of the picture and sinks.
    expect(points[3 * 263 + 1]!).toBeGreaterThan(points[3 * 33 + 1]!);
  });

  it('finds the same size whether the mouth is shut or wide open', () => {
    const fit = new HeadFit();
    fit.fit(syntheticFace({ yaw: 0.3 }).points);
    const shut = fit.scale;
    fit.fit(syntheticFace({ yaw: 0.3, mouth: 0.6 }).points);
    expect(fit.scale / shut).toBeCloseTo(1, 3);
  });

  it('takes a face into face space and back', () => {
    const fit = new HeadFit();
    const { points } = syntheticFace({ yaw: 0.4, pitch: -0.2, roll: 0.1 });
    fit.fit(points);
    const face = new Float64Array(478 * 3);
    fit.toFace(points, 478, face);
    const back = new Float32Array(478 * 3);
    fit.fromFace(face, back);
    back.forEach((value, k) => {
      expect(Math.abs(value - points[k]!)).toBeLessThan(1e-3);
    });
  });

  it('refuses what is no face, and keeps what it knew', () => {
    const fit = new HeadFit();
    fit.fit(syntheticFace({ scale: 90 }).points);
    const { scale } = fit;
    const random = seededRandom(3);
    for (const points of [
      new Float32Array(478 * 3),
      new Float32Array(478 * 3).fill(100),
      new Float32Array(478 * 3).fill(Number.NaN),
      new Float32Array(478 * 3).map(() => 500 * random()),
    ]) {
      expect(fit.fit(points)).toBe(false);
      expect(fit.scale).toBe(scale);
    }
  });
});
