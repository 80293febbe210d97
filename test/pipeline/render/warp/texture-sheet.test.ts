import { expect, it } from 'vitest';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { sheetBytes, sheetTexels } from '../../../../src/pipeline/render/warp/texture-sheet.ts';
import { enrolWarpIdentity } from '../../../../src/pipeline/render/warp/warp-identity.ts';
import { WarpPainter } from '../../../../src/pipeline/render/warp/warp-painter.ts';
import { paintedExample, withPerson } from '../painted-face.ts';

it('copies the textures that pictures of its side are drawn from, with the texel around them', () => {
  const identity = enrolWarpIdentity(
    [paintedExample(), paintedExample({ yaw: 12 })],
    newKernelMemory(),
  );
  const bytes = new Uint8Array(identity.memory.buffer);
  const painter = new WarpPainter(identity, 128);
  const { sheet } = painter;
  const { texels, count } = sheet;
  expect([sheet.side, count]).toEqual([128, 2]);
  const side = texels - 2;
  for (const [k, { levels }] of identity.examples.entries()) {
    const copy = sheet.texture(k);
    expect(copy).toHaveLength(4 * texels ** 2);
    const { at } = levels.find((level) => level.side === side)!;
    const row = (y: number) => copy.subarray(4 * texels * (y + 1), 4 * texels * (y + 2));
    for (const y of [0, 100, side - 1]) {
      const from = at + 4 * texels * y;
      expect(row(y).subarray(4, 4 + 4 * side)).toEqual(bytes.slice(from, from + 4 * side));
    }
    expect(row(-1).subarray(4, 4 + 4 * side), 'the first once more').toEqual(
      row(0).subarray(4, 4 + 4 * side),
    );
    expect(row(side).subarray(4, 4 + 4 * side), 'and the last').toEqual(
      row(side - 1).subarray(4, 4 + 4 * side),
    );
  }
  expect(sheet.backdrop()).toEqual(new Uint8Array(4 * 128 ** 2));
  expect(sheetBytes(sheet)).toBe(4 * (2 * texels ** 2 + 128 ** 2));
  painter.close();
});

it.each([128, 256, 384, 512, 1024])('tells for pictures of %i² how large textures are', (side) => {
  const identity = enrolWarpIdentity([withPerson(paintedExample())], newKernelMemory());
  const painter = new WarpPainter(identity, side);
  const { texels, backdrop } = painter.sheet;
  expect(sheetTexels(side)).toBe(texels);
  // Tiles, as the painted wall is of.
  expect(new Set(backdrop().filter((_, i) => i % 4 === 0)).size).toBeGreaterThan(1);
  painter.close();
});
