import { describe, expect, it } from 'vitest';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { isSkin, texelsOf } from '../../../../src/pipeline/render/warp/skin-texels.ts';
import { facePoints } from '../painted-face.ts';
import { placed } from '../texture-of.ts';

const SIDE = 64;

describe('the skin of a face', () => {
  it('is cheeks and the bridge of the nose, and neither its outline, nor the rim of the lips, nor lids', () => {
    const [bridge, cheeks] = [9, [50, 280]];
    for (const point of [bridge, ...cheeks]) expect(isSkin(point)).toBe(true);
    const [ear, chin, lip, lid] = [234, 152, 0, 159];
    for (const point of [ear, chin, lip, lid]) expect(isSkin(point)).toBe(false);
  });

  it('has the colour of the texel under a point, of the nearest one where that is beside the picture', () => {
    const memory = newKernelMemory();
    const texels = Uint8Array.from({ length: 4 * SIDE ** 2 }, (_, i) =>
      i % 4 === 0 ? (i >> 2) % SIDE : i % 4 === 1 ? Math.floor((i >> 2) / SIDE) : 7,
    );
    const points = facePoints();
    points.set([-0.3, 2], 3 * 50);
    const texelAt = texelsOf(placed(memory, [{ side: SIDE, texels }])[0]!, points, memory);
    const nose = [points[3]!, points[4]!].map((place) => Math.round(place * SIDE - 0.5));
    expect([...texelAt(1)]).toEqual([...nose, 7]);
    expect([...texelAt(50)]).toEqual([0, SIDE - 1, 7]);
  });
});
