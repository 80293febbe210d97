import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BUILT_IN_IDENTITIES } from '../../src/pipeline/folders.ts';
import type { Picture } from '../../src/pipeline/picture.ts';
import { decodePicture } from '../../src/pipeline/render/identity/picture-file.io.ts';
import { LineUp } from './likeness.ts';

let lineUp: LineUp;
let pictures: [string, Picture][];

beforeAll(async () => {
  lineUp = new LineUp();
  await lineUp.addBuiltIn();
  pictures = await Promise.all(
    (await readdir(BUILT_IN_IDENTITIES)).map(async (id): Promise<[string, Picture]> => {
      const file = await readFile(join(BUILT_IN_IDENTITIES, id, '1.webp'));
      return [id, await decodePicture(file)];
    }),
  );
});

/** The picture moved aside by a share of its width, its edge drawn out. */
function moved({ width, height, rgba }: Picture, share: number): Picture {
  const out = new Uint8ClampedArray(rgba.length);
  const by = Math.round(width * share);
  for (let i = 0; i < out.length; i++) {
    const [row, column] = [Math.floor(i / 4 / width), Math.floor(i / 4) % width];
    const from = Math.max(0, Math.min(width - 1, column - by));
    out[i] = rgba[(row * width + from) * 4 + (i % 4)]!;
  }
  return { width, height, rgba: out };
}

describe('the line-up', () => {
  it('knows everybody, also who leaned far to one side, by a clear margin', () => {
    for (const [id, picture] of pictures)
      for (const share of [-0.12, 0, 0.12]) {
        const [first, second] = lineUp.compare(moved(picture, share));
        expect(first?.name).toBe(id);
        expect(second!.distance).toBeGreaterThan(1.5 * first!.distance);
      }
  });
});
