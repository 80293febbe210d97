import { describe, expect, it } from 'vitest';
import { matchColour } from '../../../../src/pipeline/render/warp/colour-match.ts';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { type Texture, textureAt } from '../../../../src/pipeline/render/warp/texture.ts';
import { seededRandom } from '../../seeded-random.ts';
import { facePoints, paintedExample } from '../painted-face.ts';
import { placed, textureOf } from '../texture-of.ts';

const SIDE = 128;
const copyOf = ({ side, texels }: Texture): Texture => ({ side, texels: texels.slice() });
const painted = () => textureOf(paintedExample({}, { size: SIDE }).picture, SIDE);
const skinAt = (texture: Texture, points: Float32Array, point: number) => {
  const x = Math.round(points[3 * point]! * SIDE - 0.5);
  const y = Math.round(points[3 * point + 1]! * SIDE - 0.5);
  return [...texture.texels.subarray((y * SIDE + x) * 4, (y * SIDE + x) * 4 + 3)];
};

/** The texture once it has the colours of another. */
function matched(texture: Texture, reference: Texture, points: Float32Array): Texture {
  const memory = newKernelMemory();
  const [own, other] = placed(memory, [texture, reference]);
  matchColour(own!, points, other!, points, memory);
  return textureAt(memory, own!);
}

describe('the colours of examples', () => {
  it('are brought to the exposure and tint of the neutral one', () => {
    const points = facePoints();
    const reference = painted();
    const other = copyOf(reference);
    for (let i = 0; i < other.texels.length; i += 4) {
      other.texels[i] = other.texels[i]! - 14;
      other.texels[i + 1] = other.texels[i + 1]! + 6;
      other.texels[i + 2] = other.texels[i + 2]! - 5;
    }
    const found = matched(other, reference, points);
    for (const cheek of [50, 280]) {
      skinAt(found, points, cheek).forEach((value, k) => {
        expect(Math.abs(value - skinAt(reference, points, cheek)[k]!)).toBeLessThanOrEqual(1);
      });
    }
  });

  it('stay as they are where they already agree', () => {
    const points = facePoints();
    const texture = painted();
    expect(matched(texture, texture, points).texels).toEqual(texture.texels);
  });

  it('are moved alike in every texel, and stay in limited range', () => {
    const points = facePoints();
    const texture = painted();
    const random = seededRandom(4);
    const noisy = copyOf(texture);
    for (let i = 0; i < noisy.texels.length; i++) {
      noisy.texels[i] = i % 4 === 0 ? noisy.texels[i]! - 9 : 16 + Math.floor(random() * 220);
    }
    // Chroma is noise whose mean is another one's, luma is nine levels down.
    const found = matched(noisy, texture, points);
    const by = [0, 1, 2, 3].map((k) => {
      const middle = noisy.texels.findIndex((value, i) => i % 4 === k && value > 60 && value < 200);
      return found.texels[middle]! - noisy.texels[middle]!;
    });
    expect(by[0]).toBe(9);
    expect(by[3]).toBe(0);
    noisy.texels.forEach((value, i) => {
      const most = [235, 240, 240, 255][i % 4]!;
      const wanted = by[i % 4] === 0 ? value : Math.min(most, Math.max(16, value + by[i % 4]!));
      if (found.texels[i] !== wanted) expect([i, found.texels[i]]).toEqual([i, wanted]);
    });
  });

  it('are not torn apart to match another picture altogether', () => {
    const points = facePoints();
    const texture = painted();
    const black = { side: SIDE, texels: new Uint8Array(SIDE * SIDE * 4).fill(16) };
    const [was] = skinAt(texture, points, 50);
    const [is] = skinAt(matched(texture, black, points), points, 50);
    expect(was! - is!).toBeLessThan(40);
  });
});
