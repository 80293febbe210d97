import { describe, expect, it } from 'vitest';
import type { OnnxFeed } from '../../../../src/pipeline/landmark/onnx-session.ts';
import { FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import { motionFeeds } from '../../../../src/pipeline/render/few-shot-vid2vid/motion-feeds.ts';
import { usualOf } from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { DRAWN_VERTICES } from '../../../../src/pipeline/render/few-shot-vid2vid/warp-values.ts';
import { MESH_VERTICES } from '../../../../src/pipeline/render/warp/mesh-layers.ts';

const numbers = (feed: OnnxFeed | undefined) => (feed as { data: Float32Array | Uint8Array }).data;

describe.each(FIELDS)('the feeds of motions on a field of $cells²', (field) => {
  const { cells: rowOf, plane: planeOf, side } = field;
  const usual = usualOf(field);
  const { width, height } = usual;
  const aside = { ...usual, x: 8, y: 16 };

  /** Its cells tell their columns in the lower bytes, their rows in the upper ones. */
  const motionOf = (own: number) => ({
    before: Float32Array.from({ length: 2 * MESH_VERTICES }, (_, i) => own + (i % 2) / 2),
    cells: Uint8Array.from({ length: 2 * planeOf }, (_, i) =>
      i < planeOf ? i % rowOf : Math.floor((i - planeOf) / rowOf),
    ),
  });
  const frames = [
    { motion: motionOf(1), window: usual },
    { motion: motionOf(3), window: aside },
  ];
  const vertices = new Float32Array(2 * 2 * DRAWN_VERTICES).fill(10);

  it('have the cells of each window, lower bytes before upper ones', () => {
    const { cells } = motionFeeds(frames, 2, side, field, vertices);
    expect(cells!.dims).toEqual([2, 2, height, width]);
    const plane = width * height;
    const firsts = [0, 1, 2, 3].map((k) => numbers(cells)[k * plane]);
    expect(firsts).toEqual([usual.x, usual.y, aside.x, aside.y]);
    const lasts = [1, 2, 3, 4].map((k) => numbers(cells)[k * plane - 1]);
    expect(lasts).toEqual([
      usual.x + width - 1,
      usual.y + height - 1,
      aside.x + width - 1,
      aside.y + height - 1,
    ]);
  });

  it('tell where cells are, in nodes at every second pixel', () => {
    const { columns, rows } = motionFeeds(frames, 2, side, field, vertices);
    expect([columns!.dims, rows!.dims]).toEqual([
      [2, 1, width],
      [2, height, 1],
    ]);
    // At the size that the network sees a cell is two pixels wide: its middle is half a pixel behind the first of them.
    expect(numbers(columns)[0]).toBe(usual.x + 0.25);
    expect(numbers(rows)[height + 1]).toBe(aside.y + 1 + 0.25);
  });

  it('have places before of each axis, frame by frame, and what is beside the mesh where it is', () => {
    const { before } = motionFeeds(frames, 2, side, field, vertices);
    const at = (row: number, vertex: number) => numbers(before)[row * DRAWN_VERTICES + vertex];
    expect([0, 1, 2, 3].map((row) => at(row, 5))).toEqual([1, 3, 1.5, 3.5]);
    expect(at(3, MESH_VERTICES)).toBeCloseTo(20.5 / side, 6);
  });

  it('are filled up to the length of the batch with the first', () => {
    const { cells, before } = motionFeeds(
      frames.slice(0, 1),
      4,
      side,
      field,
      new Float32Array(8 * DRAWN_VERTICES),
    );
    expect([cells!.dims[0], before!.dims[1]]).toEqual([4, 4]);
    expect(numbers(cells).at(-1)).toBe(usual.y + height - 1);
  });
});
