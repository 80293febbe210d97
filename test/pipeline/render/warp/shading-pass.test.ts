import { describe, expect, it } from 'vitest';
import { KernelSpace, newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { SHADING_CELLS, SHADING_NODES } from '../../../../src/pipeline/render/warp/shading.ts';
import { warpKernel } from '../../../../src/pipeline/render/warp/warp-kernel.io.ts';

/** A picture of one colour whose fourth byte is `cover`, shaded by a grid. */
function shadedPicture(
  side: number,
  [y, u, v, cover]: readonly [number, number, number, number],
  gain: (column: number, row: number) => number,
): (x: number, y: number) => number[] {
  const memory = newKernelMemory();
  const bytes = { grid: SHADING_NODES ** 2 * 4, columns: SHADING_NODES * side * 2 + 16 };
  const { at } = new KernelSpace(memory).take(bytes.grid + bytes.columns + 16 + side * side * 4);
  const [grid, columns] = [at, at + ((bytes.grid + 15) & ~15)];
  const target = columns + ((bytes.columns + 15) & ~15);
  new Float32Array(memory.buffer, grid, SHADING_NODES ** 2).forEach((_, i, nodes) => {
    nodes[i] = gain(i % SHADING_NODES, Math.floor(i / SHADING_NODES));
  });
  const picture = new Uint8Array(memory.buffer, target, side * side * 4);
  for (let i = 0; i < side * side; i++) picture.set([y, u, v, cover], 4 * i);
  const kernel = warpKernel(memory);
  kernel.spreadGrid(grid, SHADING_CELLS, side, columns, 0, 0, side, SHADING_CELLS);
  kernel.shade(target, side, columns, SHADING_CELLS, 0, 0, side - (side % 4), side);
  return (column, row) => [...picture.subarray(4 * (row * side + column)).subarray(0, 4)];
}

describe('the pass that shades a picture', () => {
  it.each([64, 250, 256, 512])(
    'draws a slope out to all pixels of %i², of luma and of colour',
    (side) => {
      // None at the left edge, half as bright again at the right one.
      const at = shadedPicture(side, [116, 88, 158, 255], (column) => column / SHADING_CELLS / 2);
      const end = side - (side % 4) - 1;
      for (const x of [0, Math.floor(side / 3), Math.floor(side / 2), end]) {
        const more = (x + 0.5) / side / 2;
        const [y, u, v, cover] = at(x, Math.floor(side / 2));
        expect(Math.abs(y! - (116 + 100 * more))).toBeLessThan(1);
        expect(Math.abs(u! - (88 - 40 * more))).toBeLessThan(1);
        expect(Math.abs(v! - (158 + 30 * more))).toBeLessThan(1);
        expect(cover).toBe(255);
      }
    },
  );

  it('goes from row to row as from column to column', () => {
    const across = shadedPicture(256, [120, 128, 128, 255], (column) => column / 100);
    const down = shadedPicture(256, [120, 128, 128, 255], (_, row) => row / 100);
    for (let i = 0; i < 256; i += 5) {
      expect(Math.abs(across(i, 77)[0]! - down(77, i)[0]!)).toBeLessThanOrEqual(1);
    }
  });

  it('makes darker, too, and keeps to limited range', () => {
    expect(shadedPicture(64, [116, 128, 128, 255], () => -0.3)(20, 20)[0]).toBe(86);
    const [y, u, v] = shadedPicture(64, [230, 20, 236, 255], () => 0.5)(20, 20);
    expect([y, u, v]).toEqual([235, 16, 240]);
  });

  it('leaves what is not the head, and half of what is half of it', () => {
    expect(shadedPicture(64, [116, 100, 150, 0], () => 0.4)(9, 9)).toEqual([116, 100, 150, 0]);
    const [y, , , cover] = shadedPicture(64, [116, 100, 150, 128], () => 0.4)(9, 9);
    expect(Math.abs(y! - 136)).toBeLessThanOrEqual(1);
    expect(cover).toBe(128);
  });

  it('changes nothing without shading', () => {
    const at = shadedPicture(128, [201, 77, 140, 255], () => 0);
    for (const x of [0, 50, 127]) expect(at(x, x)).toEqual([201, 77, 140, 255]);
  });
});
