import { describe, expect, it } from 'vitest';
import type { FloatTensor } from '../../../src/pipeline/landmark/onnx-session.ts';
import { MASK_SIDE } from '../../../src/pipeline/landmark/person-mask.ts';
import { readPerson } from '../../../src/pipeline/landmark/person-reader.ts';
import { pictureSource } from '../../../src/pipeline/landmark/picture-crop.ts';

/** A face 40 pixels high around (100, 80), in a grey picture of 200×160 with a white upper left quarter. */
const picture = {
  width: 200,
  height: 160,
  rgba: Uint8ClampedArray.from({ length: 200 * 160 * 4 }, (_, i) => {
    const [x, y] = [Math.floor(i / 4) % 200, Math.floor(i / 800)];
    return x < 100 && y < 80 ? 255 : 128;
  }),
};
const points = new Float32Array(478 * 3);
points.set([100, 60], 3 * 10);
points.set([100, 100], 3 * 152);
const face = { points, count: 478, presence: 1, pictureWidth: 200, pictureHeight: 160 } as const;

function network(logit: (cell: number) => number) {
  const seen: FloatTensor[] = [];
  return {
    seen,
    async run(feeds: Readonly<Record<string, unknown>>) {
      seen.push(feeds.input as FloatTensor);
      const data = Float32Array.from({ length: MASK_SIDE ** 2 }, (_, i) => logit(i));
      return { mask: { dims: [1, 1, MASK_SIDE, MASK_SIDE], data } };
    },
  };
}

describe('a person', () => {
  it('is looked for in a square five faces high, with more of it below the face than above', async () => {
    const { seen, run } = network(() => 0);
    const mask = await readPerson({ run }, pictureSource(picture), face);
    expect(mask).toMatchObject({ left: 0, side: 200 });
    expect(mask!.top).toBeCloseTo(80 - 0.42 * 200);
    const pixel = (x: number, y: number) => {
      const [i, j] = [(x - mask!.left) / mask!.side, (y - mask!.top) / mask!.side];
      return seen[0]!.data[Math.round(j * MASK_SIDE) * MASK_SIDE + Math.round(i * MASK_SIDE)];
    };
    expect(pixel(60, 40)).toBeCloseTo(1);
    expect(pixel(140, 40)).toBeCloseTo(128 / 255);
    expect(pixel(60, 120)).toBeCloseTo(128 / 255);
    // Beside the picture there is nobody: black.
    expect(pixel(100, 190)).toBe(0);
  });

  it('is as sure as the network, cell by cell', async () => {
    const mask = await readPerson(
      network((i) => (i === 0 ? -50 : i === 1 ? 0 : 50)),
      pictureSource(picture),
      face,
    );
    expect([...mask!.cells.subarray(0, 3)]).toEqual([0, 128, 255]);
  });

  it('is nobody known where the network answers with no number', async () => {
    const broken = network((i) => (i === 700 ? Number.NaN : 1));
    expect(await readPerson(broken, pictureSource(picture), face)).toBeUndefined();
  });
});
