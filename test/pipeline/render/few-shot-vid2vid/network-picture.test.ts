import { describe, expect, it } from 'vitest';
import { FIELD_128, FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import {
  networkPicture,
  networkPictureOf,
  picturePlanes,
} from '../../../../src/pipeline/render/few-shot-vid2vid/network-picture.ts';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { seededRandom } from '../../seeded-random.ts';
import { placed } from '../texture-of.ts';

function noise(side: number): { side: number; texels: Uint8Array } {
  const random = seededRandom(side);
  return { side, texels: Uint8Array.from({ length: side * side * 4 }, () => random() * 256) };
}

/** Rounded mean of a channel over a square. */
function mean(
  texels: Uint8Array,
  side: number,
  k: number,
  left: number,
  top: number,
  size: number,
) {
  let sum = 0;
  for (let y = top; y < top + size; y++) {
    for (let x = left; x < left + size; x++) sum += texels[(y * side + x) * 4 + k]!;
  }
  return Math.floor(sum / size ** 2 + 0.5);
}

describe.each(FIELDS)('a network picture for a field of $cells²', (field) => {
  const sides = [256, 512, 768, 1024].filter((side) => side % field.side === 0);

  it.each(sides)('averages what a picture of %i² shows at every place', (side) => {
    const picture = noise(side);
    const planes = picturePlanes(networkPicture(picture, field, newKernelMemory()), field);
    const f = side / field.side;
    const wanted = new Uint8Array(planes.length);
    for (let at = 0; at < field.plane; at++) {
      const [x, y] = [at % field.cells, Math.floor(at / field.cells)];
      for (let k = 0; k < 4; k++) {
        const left = (2 * x + (k & 1)) * f;
        const top = (2 * y + (k >> 1)) * f;
        wanted[k * field.plane + at] = mean(picture.texels, side, 0, left, top, f);
      }
      for (const k of [1, 2]) {
        wanted[(3 + k) * field.plane + at] = mean(
          picture.texels,
          side,
          k,
          2 * x * f,
          2 * y * f,
          2 * f,
        );
      }
    }
    expect(Buffer.compare(planes, wanted)).toBe(0);
  });
});

describe('a network picture', () => {
  it.each([768, 1024])('is the same of a texture of %i² where the kernels read it', (side) => {
    const memory = newKernelMemory();
    const [texture] = placed(memory, [noise(side)]);
    expect(networkPictureOf(texture!, FIELD_128, memory)).toEqual(
      networkPicture(noise(side), FIELD_128, memory),
    );
  });
});
