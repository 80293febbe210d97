import { describe, expect, it } from 'vitest';
import { INPUT_CHANNELS } from '../../../../src/pipeline/render/few-shot-vid2vid/conditioning.ts';
import { FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import { HalfField } from '../../../../src/pipeline/render/few-shot-vid2vid/half-field.ts';
import {
  type NetworkWindow,
  wholeOf,
} from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { POSE_CHANNELS } from '../../../../src/pipeline/render/few-shot-vid2vid/pose-map.ts';
import { KernelSpace, newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';

const WINDOW: NetworkWindow = { x: 16, y: 32, width: 64, height: 96 };
const PART = (WINDOW.width * WINDOW.height) / 4;
const COLUMNS = WINDOW.width / 2;

describe.each(FIELDS)('half the field of $cells²', (whole) => {
  const { cells: FIELD_SIDE, plane: FIELD } = whole;

  function room() {
    const memory = newKernelMemory();
    const space = new KernelSpace(memory);
    const take = (numbers: number) => {
      const { at } = space.take(Math.ceil(numbers / 4) * 16);
      return new Float32Array(memory.buffer, at, numbers);
    };
    return { field: new HalfField(whole, memory), take };
  }

  /** What half the field is given of an input that `value` tells, channel by channel. */
  function halved(value: (channel: number, row: number, column: number) => number) {
    const { field, take } = room();
    const input = take(INPUT_CHANNELS.count * FIELD);
    for (let at = 0; at < input.length; at++) {
      const cell = at % FIELD;
      const [row, column] = [Math.floor(cell / FIELD_SIDE), cell % FIELD_SIDE];
      input[at] = value(Math.floor(at / FIELD), row, column);
    }
    const parts = take(INPUT_CHANNELS.count * PART);
    field.halve(input.byteOffset, WINDOW, parts.byteOffset);
    return (channel: number, row: number, column: number) =>
      parts[channel * PART + row * COLUMNS + column]!;
  }

  /** An answer for half the window, channel by channel, drawn out over the field. */
  function doubled(
    value: (channel: number, row: number, column: number) => number,
    window = WINDOW,
  ) {
    const { field, take } = room();
    const part = (window.width * window.height) / 4;
    const [residual, share, flow] = [6, 1, 2].map((count) => take(count * part));
    const targets = [6, 1, 2].map((count) => take(count * FIELD));
    const [columns, all] = [window.width / 2, [residual!, share!, flow!]];
    let first = 0;
    for (const planes of all) {
      for (let at = 0; at < planes.length; at++) {
        const cell = at % part;
        planes[at] = value(
          first + Math.floor(at / part),
          Math.floor(cell / columns),
          cell % columns,
        );
      }
      first += planes.length / part;
    }
    const places = ([residual, share, flow]: Float32Array[]) => ({
      residual: residual!.byteOffset,
      share: share!.byteOffset,
      flow: flow!.byteOffset,
    });
    field.double(places(all), window, places(targets), take(FIELD_SIDE + 4).byteOffset);
    const planes = targets.flatMap((target) =>
      Array.from({ length: target.length / FIELD }, (_, k) =>
        target.subarray(k * FIELD, (k + 1) * FIELD),
      ),
    );
    return (channel: number, row: number, column: number) =>
      planes[channel]![row * FIELD_SIDE + column]!;
  }

  it('shows pictures at half their size: a cell of luma becomes a pixel of it', () => {
    const part = halved((channel, row, column) => channel + row / 1000 + column / 100_000);
    for (const first of [INPUT_CHANNELS.warp, INPUT_CHANNELS.previous]) {
      for (const [k, x, y] of [
        [0, 0, 0],
        [1, 1, 0],
        [2, 0, 1],
        [3, 1, 1],
      ] as const) {
        // Row 5 and column 7 of the half: the mean of the four pixels of one cell, whose row and column that is.
        const [row, column] = [WINDOW.y + 10 + y, WINDOW.x + 14 + x];
        const mean = first + 1.5 + row / 1000 + column / 100_000;
        expect(part(first + k, 5, 7)).toBeCloseTo(mean, 5);
      }
    }
  });

  it('shows colours as means of four', () => {
    const part = halved((_, row, column) => row / 1000 + column / 100_000);
    const mean = (WINDOW.y + 10.5) / 1000 + (WINDOW.x + 14.5) / 100_000;
    for (const k of [4, 5]) expect(part(INPUT_CHANNELS.warp + k, 5, 7)).toBeCloseTo(mean, 6);
  });

  it("keeps a line's strength, a cell wide there too, and a filled part's share", () => {
    const part = halved((_, __, column) => (column === WINDOW.x + 14 ? 1 : 0));
    const strengths = POSE_CHANNELS.map((_, k) => part(INPUT_CHANNELS.lines + k, 5, 7));
    const before = POSE_CHANNELS.map((_, k) => part(INPUT_CHANNELS.linesBefore + k, 5, 7));
    const wanted = { face: 1, lips: 1, mouth: 0.5, lids: 1, eyes: 0.5, irises: 0.5 };
    expect(strengths).toEqual(POSE_CHANNELS.map((name) => wanted[name]));
    expect(before).toEqual(strengths);
    const filled = halved(() => 1);
    expect(filled(INPUT_CHANNELS.lines, 5, 7)).toBe(1);
  });

  it('has a mesh move by half as much, as a face does that is twice as far away', () => {
    const part = halved(() => -1.5);
    for (const k of [0, 1]) expect(part(INPUT_CHANNELS.displacement + k, 47, 31)).toBe(-0.75);
  });

  it('draws slopes of an answer out to slopes, and a flow to one twice as long', () => {
    const field = doubled((_, row, column) => row / 100 + column / 1000);
    // Cell 21 of the whole lies a quarter of a cell beyond the middle of cell 10 of the half.
    const [row, column] = [WINDOW.y + 21, WINDOW.x + 33];
    const mean = 10.25 / 100 + 16.25 / 1000;
    for (const channel of [4, 5, 6]) expect(field(channel, row, column)).toBeCloseTo(mean, 6);
    for (const channel of [7, 8]) expect(field(channel, row, column)).toBeCloseTo(2 * mean, 6);
  });

  it('draws luma out by its own pixels, not by its cells', () => {
    // By place in the luma of the half: two rows and columns a cell.
    const field = doubled((channel, row, column) => {
      const [y, x] = [2 * row + (channel >> 1), 2 * column + (channel & 1)];
      return channel < 4 ? y / 100 + x / 10_000 : 0;
    });
    for (const k of [0, 1, 2, 3]) {
      // Of the whole's luma: pixel 2 · 21 + k's row stands at half its place, a quarter off.
      const [y, x] = [42 + (k >> 1), 66 + (k & 1)];
      const mean = (y / 2 - 0.25) / 100 + (x / 2 - 0.25) / 10_000;
      expect(field(k, WINDOW.y + 21, WINDOW.x + 33)).toBeCloseTo(mean, 6);
    }
  });

  it.each([WINDOW, wholeOf(whole)])('draws what is the same everywhere out as it is', (window) => {
    // The four channels of luma are one plane of it.
    const value = (channel: number) => (channel < 4 ? 0.75 : channel / 16);
    const field = doubled(value, window);
    const { x, y, width, height } = window;
    for (let channel = 0; channel < 9; channel++) {
      const wanted = value(channel) * (channel > 6 ? 2 : 1);
      for (const [row, column] of [
        [y, x],
        [y + height - 1, x + width - 1],
        [y + 13, x + 27],
      ]) {
        expect(field(channel, row!, column!)).toBe(wanted);
      }
    }
  });

  it('leaves alone what lies around a window', () => {
    const field = doubled(() => 1);
    for (let channel = 0; channel < 9; channel++) {
      for (const [row, column] of [
        [WINDOW.y - 1, WINDOW.x],
        [WINDOW.y, WINDOW.x - 1],
        [WINDOW.y, WINDOW.x + WINDOW.width],
        [0, 0],
      ]) {
        expect(field(channel, row!, column!)).toBe(0);
      }
    }
  });
});
