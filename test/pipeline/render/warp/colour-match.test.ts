import { describe, expect, it } from 'vitest';
import { matchColour } from '../../../../src/pipeline/render/warp/colour-match.ts';
import { type Texture, textureOf } from '../../../../src/pipeline/render/warp/texture.ts';
import { facePoints, paintedExample } from '../painted-face.ts';

const SIDE = 128;
const copyOf = ({ side, texels }: Texture): Texture => ({ side, texels: texels.slice() });
const painted = () => textureOf(paintedExample({}, { size: SIDE }).picture, SIDE);
const skinAt = (texture: Texture, points: Float32Array, point: number) => {
  const x = Math.round(points[3 * point]! * SIDE - 0.5);
  const y = Math.round(points[3 * point + 1]! * SIDE - 0.5);
  return [...texture.texels.subarray((y * SIDE + x) * 4, (y * SIDE + x) * 4 + 3)];
};

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
    matchColour(other, points, reference, points);
    for (const cheek of [50, 280]) {
      skinAt(other, points, cheek).forEach((value, k) => {
        expect(Math.abs(value - skinAt(reference, points, cheek)[k]!)).toBeLessThanOrEqual(1);
      });
    }
  });

  it('stay as they are where they already agree', () => {
    const points = facePoints();
    const texture = painted();
    const other = copyOf(texture);
    matchColour(other, points, texture, points);
    expect(other.texels).toEqual(texture.texels);
  });

  it('are not torn apart to match another picture altogether', () => {
    const points = facePoints();
    const texture = painted();
    const before = copyOf(texture);
    const black = { side: SIDE, texels: new Uint8Array(SIDE * SIDE * 4).fill(16) };
    matchColour(texture, points, black, points);
    const [was] = skinAt(before, points, 50);
    const [is] = skinAt(texture, points, 50);
    expect(was! - is!).toBeLessThan(40);
  });
});
