import { describe, expect, it } from 'vitest';
import type { OnnxFeed } from '../../../../src/pipeline/landmark/onnx-session.ts';
import { motionFeeds } from '../../../../src/pipeline/render/few-shot-vid2vid/motion-feeds.ts';
import {
  FIELD,
  FIELD_SIDE,
} from '../../../../src/pipeline/render/few-shot-vid2vid/network-shape.ts';
import { USUAL_WINDOW } from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { DRAWN_VERTICES } from '../../../../src/pipeline/render/few-shot-vid2vid/warp-values.ts';
import { MESH_VERTICES } from '../../../../src/pipeline/render/warp/mesh-layers.ts';

const SIDE = 256;
const { width, height } = USUAL_WINDOW;
const aside = { ...USUAL_WINDOW, x: 8, y: 16 };

/** Its cells tell their columns in the lower bytes, their rows in the upper ones. */
const motionOf = (own: number) => ({
  before: Float32Array.from({ length: 2 * MESH_VERTICES }, (_, i) => own + (i % 2) / 2),
  cells: Uint8Array.from({ length: 2 * FIELD }, (_, i) =>
    i < FIELD ? i % FIELD_SIDE : Math.floor((i - FIELD) / FIELD_SIDE),
  ),
});
const numbers = (feed: OnnxFeed | undefined) => (feed as { data: Float32Array | Uint8Array }).data;

describe('the feeds of motions', () => {
  const frames = [
    { motion: motionOf(1), window: USUAL_WINDOW },
    { motion: motionOf(3), window: aside },
  ];
  const vertices = new Float32Array(2 * 2 * DRAWN_VERTICES).fill(10);

  it('have the cells of each window, lower bytes before upper ones', () => {
    const { cells } = motionFeeds(frames, 2, SIDE, vertices);
    expect(cells!.dims).toEqual([2, 2, height, width]);
    const plane = width * height;
    const firsts = [0, 1, 2, 3].map((k) => numbers(cells)[k * plane]);
    expect(firsts).toEqual([USUAL_WINDOW.x, USUAL_WINDOW.y, aside.x, aside.y]);
    const lasts = [1, 2, 3, 4].map((k) => numbers(cells)[k * plane - 1]);
    expect(lasts).toEqual([
      USUAL_WINDOW.x + width - 1,
      USUAL_WINDOW.y + height - 1,
      aside.x + width - 1,
      aside.y + height - 1,
    ]);
  });

  it('tell where cells are, in nodes at every second pixel', () => {
    const { columns, rows } = motionFeeds(frames, 2, SIDE, vertices);
    expect([columns!.dims, rows!.dims]).toEqual([
      [2, 1, width],
      [2, height, 1],
    ]);
    // At 256² a cell is two pixels wide: its middle is half a pixel behind the first of them.
    expect(numbers(columns)[0]).toBe(USUAL_WINDOW.x + 0.25);
    expect(numbers(rows)[height + 1]).toBe(aside.y + 1 + 0.25);
  });

  it('have places before of each axis, frame by frame, and what is beside the mesh where it is', () => {
    const { before } = motionFeeds(frames, 2, SIDE, vertices);
    const at = (row: number, vertex: number) => numbers(before)[row * DRAWN_VERTICES + vertex];
    expect([0, 1, 2, 3].map((row) => at(row, 5))).toEqual([1, 3, 1.5, 3.5]);
    expect(at(3, MESH_VERTICES)).toBeCloseTo(20.5 / SIDE, 6);
  });

  it('are filled up to the length of the batch with the first', () => {
    const { cells, before } = motionFeeds(
      frames.slice(0, 1),
      4,
      SIDE,
      new Float32Array(8 * DRAWN_VERTICES),
    );
    expect([cells!.dims[0], before!.dims[1]]).toEqual([4, 4]);
    expect(numbers(cells).at(-1)).toBe(USUAL_WINDOW.y + height - 1);
  });
});
