import { describe, expect, it } from 'vitest';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import {
  type MirroredLight,
  measureMirroredLight,
  relight,
} from '../../../../src/pipeline/render/warp/mirrored-light.ts';
import { type Texture, textureAt } from '../../../../src/pipeline/render/warp/texture.ts';
import { facePoints } from '../painted-face.ts';
import { placed } from '../texture-of.ts';

const SIDE = 256;
const YAW = 30;
const points = facePoints({ yaw: YAW });
const [NEAR_EAR, FAR_CHEEK, NOSE_TIP] = [234, 352, 1];

/** A picture whose colour at each place is Y, U, V. */
function coloured(colour: (x: number, y: number) => readonly [number, number, number]): Texture {
  const texels = new Uint8Array(4 * SIDE ** 2);
  for (let i = 0; i < SIDE ** 2; i++) {
    const [x, y] = [((i % SIDE) + 0.5) / SIDE, (Math.floor(i / SIDE) + 0.5) / SIDE];
    texels.set([...colour(x, y), 200], 4 * i);
  }
  return { side: SIDE, texels };
}
function measured(texture: Texture): MirroredLight {
  const memory = newKernelMemory();
  return measureMirroredLight(placed(memory, [texture])[0]!, points, memory);
}
const acrossAt = ({ across }: MirroredLight, x: number, y: number) =>
  x * across[0] + y * across[1] + across[2];
/** A face in light from one side: as much darker from its middle on, out to its near ear, as its far side is. */
const lit = (near: number) => {
  const even = measured(coloured(() => [120, 128, 128]));
  return coloured((x, y) => {
    const across = acrossAt(even, x, y);
    return [across > 0 ? Math.round(120 + near * Math.min(1, across)) : 120, 128, 128];
  });
};

describe('the light of the side that a turned picture hides', () => {
  it('is told from the middle of the face on, out to the near ear', () => {
    const light = measured(coloured(() => [120, 128, 128]));
    const at = (v: number) => acrossAt(light, points[3 * v]!, points[3 * v + 1]!);
    expect(at(10)).toBeCloseTo(0, 5);
    expect(at(152)).toBeCloseTo(0, 5);
    expect(at(NEAR_EAR)).toBeCloseTo(1, 5);
    expect(at(FAR_CHEEK)).toBeLessThan(0);
  });

  it('is that of the near one in even light', () => {
    expect(measured(coloured(() => [120, 140, 110])).tint).toEqual([0, 0, 0]);
  });

  it.each([40, -40])('is another where the near one is %i brighter', (near) => {
    const memory = newKernelMemory();
    const texture = lit(near);
    const [level] = placed(memory, [texture]);
    const light = measureMirroredLight(level!, points, memory);
    expect(Math.sign(light.tint[0])).toBe(-Math.sign(near));
    relight(level!, light, memory);
    const { texels } = textureAt(memory, level!);
    const lumaAt = (v: number) =>
      texels[
        4 * (Math.floor(points[3 * v + 1]! * SIDE) * SIDE + Math.floor(points[3 * v]! * SIDE))
      ]!;
    // As the far side is, which is 120 all over.
    expect(Math.abs(lumaAt(123) - 120)).toBeLessThan(Math.abs(near) / 3);
    expect(texels[3]).toBe(200);
  });

  it('is not told by more than light makes, whatever is before the far cheek', () => {
    const { across } = measured(coloured(() => [120, 128, 128]));
    const side = (x: number, y: number) => x * across[0] + y * across[1] + across[2];
    const [luma, u, v] = measured(
      coloured((x, y) => (side(x, y) < 0 ? [16, 240, 16] : [200, 90, 160])),
    ).tint;
    expect(luma).toBe(-0.4);
    expect(Math.abs(u)).toBeLessThanOrEqual(0.08);
    expect(Math.abs(v)).toBeLessThanOrEqual(0.08);
  });

  it('colours a bright shirt or wall no more than skin', () => {
    const memory = newKernelMemory();
    const [level] = placed(memory, [coloured((_, y) => [y < 0.5 ? 100 : 230, 128, 128])]);
    const { across } = measured(coloured(() => [120, 128, 128]));
    relight(level!, { across, tint: [-0.3, 0.08, -0.08], brightest: 84 }, memory);
    const { texels } = textureAt(memory, level!);
    const x = acrossAt({ across } as MirroredLight, 0, 0.3) > 0 ? 4 : SIDE - 4;
    const [skin, wall] = [0.3, 0.9].map((y) => {
      const i = 4 * (Math.floor(y * SIDE) * SIDE + x);
      return [...texels.subarray(i, i + 3)];
    });
    expect(skin![1]).toBeGreaterThan(128);
    expect(wall!.slice(1)).toEqual(skin!.slice(1));
    expect(wall![0]).toBe(Math.round(230 - 0.3 * (230 - 16)));
  });

  it('changes nothing on the far side of the middle, and keeps the picture in limited range', () => {
    const memory = newKernelMemory();
    const texture = coloured((x) => [x < 0.5 ? 16 : 235, 240, 16]);
    const [level] = placed(memory, [texture]);
    const { across } = measured(texture);
    relight(level!, { across, tint: [0.5, 0.08, -0.08], brightest: 219 }, memory);
    const { texels } = textureAt(memory, level!);
    for (let i = 0; i < texels.length; i += 4) {
      const [x, y] = [(((i >> 2) % SIDE) + 0.5) / SIDE, (Math.floor((i >> 2) / SIDE) + 0.5) / SIDE];
      const own = [...texture.texels.subarray(i, i + 4)];
      if (x * across[0] + y * across[1] + across[2] < 0)
        expect([...texels.subarray(i, i + 4)]).toEqual(own);
      expect(texels[i]).toBeLessThanOrEqual(235);
      expect(texels[i + 1]).toBeLessThanOrEqual(240);
      expect(texels[i + 2]).toBeGreaterThanOrEqual(16);
    }
    expect(points[3 * NOSE_TIP]).toBeGreaterThan(0.5);
  });
});
