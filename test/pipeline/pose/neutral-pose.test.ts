import { describe, expect, it } from 'vitest';
import { poseOf } from '../../../src/pipeline/pose/neutral-pose.ts';
import { syntheticIdentity } from './synthetic-face.ts';

describe('poseOf', () => {
  it('gives landmarks as fractions of the picture', () => {
    const landmarks = syntheticIdentity({}, { yaw: 0.2 });
    const { points, head } = poseOf(landmarks);
    points.forEach((value, k) => {
      expect(Math.abs(value - landmarks.points[k]! / 512)).toBeLessThan(1e-5);
    });
    expect(head.yaw).toBeCloseTo(0.2, 2);
    expect(head.x).toBeCloseTo(0.5, 2);
    expect(head.scale).toBeCloseTo(100 / 512, 2);
  });

  it('puts irises between the lids where the tracker has none', () => {
    const { points } = poseOf(syntheticIdentity({ count: 468 }));
    const seen = poseOf(syntheticIdentity()).points;
    for (const centre of [468, 473]) {
      expect(
        Math.hypot(
          points[3 * centre]! - seen[3 * centre]!,
          points[3 * centre + 1]! - seen[3 * centre + 1]!,
        ),
      ).toBeLessThan(0.01);
      const radius = (p: Float32Array): number => Math.abs(p[3 * (centre + 1)]! - p[3 * centre]!);
      expect(radius(points) / radius(seen)).toBeGreaterThan(0.7);
      expect(radius(points) / radius(seen)).toBeLessThan(1.4);
      // Rim order as the trackers have it.
      for (let k = 1; k < 5; k++) {
        const along = (p: Float32Array): [number, number] => [
          p[3 * (centre + k)]! - p[3 * centre]!,
          p[3 * (centre + k) + 1]! - p[3 * centre + 1]!,
        ];
        const [a, b] = [along(points), along(seen)];
        expect(a[0] * b[0] + a[1] * b[1], `rim point ${centre + k}`).toBeGreaterThan(0);
      }
    }
  });

  it('reads the expression', () => {
    const rest = poseOf(syntheticIdentity()).expression;
    const wink = poseOf(
      syntheticIdentity({}, { blinkLeft: 1, mouth: 0.4, brows: 0.1, gazeX: 0.3 }),
    ).expression;
    expect(rest.mouthOpen).toBeLessThan(0.05);
    expect(rest.blinkLeft).toBeLessThan(0.05);
    expect(wink.blinkLeft).toBeGreaterThan(0.9);
    expect(wink.blinkRight).toBeLessThan(0.05);
    expect(wink.mouthOpen).toBeGreaterThan(0.35);
    expect(wink.browRaise).toBeGreaterThan(0.5);
    expect(wink.gazeX).toBeGreaterThan(0.2);
  });

  it('refuses landmarks that are no face', () => {
    const landmarks = syntheticIdentity();
    expect(() => poseOf({ ...landmarks, points: landmarks.points.map(() => 5) })).toThrow(
      expect.objectContaining({ code: 'enrol_bad_example' }),
    );
    expect(() => poseOf({ ...landmarks, points: landmarks.points.subarray(9) })).toThrow(
      expect.objectContaining({ code: 'enrol_bad_example' }),
    );
  });
});
