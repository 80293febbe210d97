import { describe, expect, it } from 'vitest';
import { FACE_MESH_POINTS } from '../../../../src/pipeline/landmark/landmarks.ts';
import { SkinSight } from '../../../../src/pipeline/landmark/skin/skin-sight.ts';
import { meshOf } from './speckled-face.ts';

const NOSE = [1, 4, 5];
/** Outline of the cheek that comes nearer when the face turns to the picture's right. */
const OUTLINE = [127, 234, 93, 132];
const TURN = (40 * Math.PI) / 180;

const mesh = (yaw: number) => meshOf(yaw).points;

function sight(reference: Float32Array): SkinSight {
  const seen = new SkinSight();
  seen.refer(reference);
  return seen;
}

const most = (shares: Float32Array, points: readonly number[]) =>
  Math.max(...points.map((i) => shares[i]!));
const least = (shares: Float32Array, points: readonly number[]) =>
  Math.min(...points.map((i) => shares[i]!));

describe('what is seen of a face', () => {
  it('is all believed where the head has hardly turned', () => {
    for (const yaw of [0, 0.1, -0.1]) {
      const shares = sight(mesh(0)).look(mesh(yaw));
      expect(shares).toHaveLength(FACE_MESH_POINTS);
      expect(shares.every((share) => share === 1)).toBe(true);
    }
  });

  it('is believed less on the outline of the near cheek than on the nose when it has', () => {
    const shares = sight(mesh(0)).look(mesh(TURN));
    expect(most(shares, OUTLINE)).toBeLessThan(0.5);
    expect(least(shares, NOSE)).toBeGreaterThan(0.9);
  });

  it('is believed as much when the head turns the other way round', () => {
    const shares = sight(mesh(0)).look(mesh(-TURN));
    expect(most(shares, [356, 454, 323, 361])).toBeLessThan(0.5);
    expect(least(shares, NOSE)).toBeGreaterThan(0.9);
  });

  it('is all believed when the face was turned as far to begin with', () => {
    expect(
      sight(mesh(TURN))
        .look(mesh(TURN))
        .every((share) => share === 1),
    ).toBe(true);
  });

  it('is believed no more there when the face that was turned comes to the front', () => {
    expect(most(sight(mesh(TURN)).look(mesh(0)), OUTLINE)).toBeLessThan(0.5);
  });

  it('is all believed where a head has tilted, grown or moved in the plane of the picture', () => {
    const [c, s] = [1.5 * Math.cos(0.7), 1.5 * Math.sin(0.7)];
    const tilted = mesh(0);
    for (let i = 0; i < tilted.length; i += 3) {
      const [x, y] = [tilted[i]!, tilted[i + 1]!];
      tilted[i] = c * x - s * y + 40;
      tilted[i + 1] = s * x + c * y - 25;
      tilted[i + 2]! *= 1.5;
    }
    expect(
      sight(mesh(0))
        .look(tilted)
        .every((share) => share === 1),
    ).toBe(true);
  });

  it('is believed the less the farther the head turns', () => {
    const seen = sight(mesh(0));
    const shares = [0.2, 0.3, 0.4, 0.6].map((yaw) => seen.look(mesh(yaw))[234]!);
    for (let n = 1; n < shares.length; n++) expect(shares[n]).toBeLessThan(shares[n - 1]!);
  });

  it('is believed nearly wholly where the head has just begun to turn', () => {
    const shares = sight(mesh(0)).look(mesh(0.22));
    expect(shares.every((share) => share > 0.9)).toBe(true);
    expect(shares.some((share) => share < 1)).toBe(true);
  });

  it('is not believed at all on the outline of a head that has turned far', () => {
    const shares = sight(mesh(0)).look(mesh(0.9));
    expect(most(shares, [...OUTLINE, 356, 454, 323, 361])).toBeCloseTo(0, 5);
  });

  it('is a share of one, whatever the mesh', () => {
    for (const yaw of [-2, -1, 1, 2, 3]) {
      const shares = sight(mesh(0)).look(mesh(yaw));
      expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    }
    const speck = sight(mesh(0)).look(mesh(0).fill(7));
    expect(speck.every((share) => share >= 0 && share <= 1)).toBe(true);
  });
});
