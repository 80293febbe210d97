import { describe, expect, it } from 'vitest';
import { unitNormals } from '../../../../src/pipeline/render/warp/face-visibility.ts';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import {
  lightAt,
  measureSkinLight,
  type SkinLight,
} from '../../../../src/pipeline/render/warp/skin-light.ts';
import { litTexture } from '../lit-face.ts';
import { facePoints } from '../painted-face.ts';
import { placed } from '../texture-of.ts';

const points = facePoints();

function measured(
  light: (x: number, y: number, z: number) => number,
  face: Float32Array = points,
): SkinLight {
  const memory = newKernelMemory();
  const [level] = placed(memory, [litTexture(face, light)]);
  return measureSkinLight(level!, face, unitNormals(face), memory);
}

const aside = 0.6;
const ahead = Math.sqrt(1 - aside ** 2);

describe('the light on skin', () => {
  it('is the same all over where skin is', () => {
    const light = measured(() => 0.4);
    for (const x of [-aside, 0, aside]) expect(lightAt(light, x, 0, ahead)).toBeCloseTo(0.4, 2);
  });

  it('falls from the side that is bright', () => {
    const light = measured((x, _, z) => 0.3 + 0.3 * x + 0.1 * z);
    expect(lightAt(light, aside, 0, ahead)).toBeGreaterThan(0.48);
    expect(lightAt(light, -aside, 0, ahead)).toBeLessThan(0.28);
  });

  it('is believed by half from above: chins and brows are dark of themselves', () => {
    const sideways = measured((x) => 0.4 + 0.25 * x);
    const above = measured((_, y) => 0.4 + 0.25 * y);
    const across = lightAt(sideways, aside, 0, ahead) - lightAt(sideways, -aside, 0, ahead);
    const down = lightAt(above, 0, aside, ahead) - lightAt(above, 0, -aside, ahead);
    expect(down / across).toBeGreaterThan(0.3);
    expect(down / across).toBeLessThan(0.6);
  });

  it('is never none, whatever way something faces', () => {
    const light = measured((x) => 0.2 + 0.4 * x);
    for (const x of [-1, 0, 1]) expect(lightAt(light, x, 0, 0)).toBeGreaterThan(0);
  });

  it.each([
    ['a face that is black', 0, points],
    ['a head seen from behind', 0.5, facePoints({ yaw: 150 })],
  ] as const)('is taken for even in %s', (_, bright, face) => {
    const even = measured(() => bright, face);
    expect([...even.subarray(1)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(lightAt(even, aside, 0, ahead)).toBe(lightAt(even, -aside, 0, ahead));
  });
});
