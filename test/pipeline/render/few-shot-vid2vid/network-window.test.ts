import { describe, expect, it } from 'vitest';
import { FACE_OVAL } from '../../../../src/pipeline/landmark/face-topology.ts';
import {
  FIELD_128,
  FIELD_256,
  FIELDS,
} from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import {
  type NetworkWindow,
  wholeOf,
  windowAround,
} from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { facePoints } from '../painted-face.ts';

/** A face drawn smaller about the middle of the picture, then moved. */
function placed(scale: number, dx = 0, dy = 0): Float32Array {
  return facePoints().map((value, i) =>
    i % 3 === 2 ? value : 0.5 + (value - 0.5) * scale + (i % 3 === 0 ? dx : dy),
  );
}

describe.each(FIELDS)('the window of the network, on a field of $cells²', (field) => {
  const { cells, fineness } = field;

  /** Cells between the face's outline and the window's edges: left, top, right, bottom. */
  function margins(points: Float32Array, { x, y, width, height }: NetworkWindow): number[] {
    const across = FACE_OVAL.map((index) => points[3 * index]! * cells);
    const down = FACE_OVAL.map((index) => points[3 * index + 1]! * cells);
    return [
      Math.min(...across) - x,
      Math.min(...down) - y,
      x + width - Math.max(...across),
      y + height - Math.max(...down),
    ];
  }

  it.each([0.5, 0.7, 0.9])('holds a face of %f the usual size, and what is around it', (scale) => {
    const points = placed(scale);
    const window = windowAround(points, field);
    for (const margin of margins(points, window))
      expect(margin).toBeGreaterThanOrEqual(2 * fineness);
    expect(window.width * window.height).toBeLessThan(cells ** 2);
  });

  it('begins and ends where all layers of the network do', () => {
    for (const dx of [-0.2, -0.11, 0, 0.07, 0.13]) {
      const { x, y, width, height } = windowAround(placed(0.6, dx, dx / 2), field);
      for (const length of [width, height]) expect(length % (16 * fineness)).toBe(0);
      for (const start of [x, y]) expect(start % (8 * fineness)).toBe(0);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(cells);
    }
  });

  it('on half the field begins and ends where all layers do there, and holds the face as well', () => {
    for (const dx of [-0.2, -0.11, 0, 0.07, 0.13]) {
      const points = placed(0.6, dx, dx / 2);
      const window = windowAround(points, field, undefined, 2);
      for (const length of [window.width, window.height])
        expect((length / 2) % (16 * fineness)).toBe(0);
      for (const start of [window.x, window.y]) expect((start / 2) % (8 * fineness)).toBe(0);
      for (const margin of margins(points, window))
        expect(margin).toBeGreaterThanOrEqual(2 * fineness);
      expect(window.x + window.width).toBeLessThanOrEqual(cells);
    }
    expect(windowAround(placed(3), field, undefined, 2)).toEqual(wholeOf(field));
  });

  it('is the whole field where a face fills the picture', () => {
    expect(windowAround(placed(3), field)).toEqual(wholeOf(field));
  });

  it('ends at the edge of the picture where a face is cut by it', () => {
    const { x, width } = windowAround(placed(0.7, 0.4), field);
    expect(x + width).toBe(cells);
  });

  it('stays where it is while a head trembles, and follows one that goes', () => {
    let window = windowAround(placed(0.6), field);
    const first = window;
    for (let i = 0; i < 50; i++)
      window = windowAround(placed(0.6, 0.01 * Math.sin(i)), field, window);
    expect(window).toEqual(first);
    const away = placed(0.6, 0.15);
    window = windowAround(away, field, window);
    expect(window).not.toEqual(first);
    for (const margin of margins(away, window)) expect(margin).toBeGreaterThanOrEqual(2 * fineness);
  });

  it('shrinks when a face has become much smaller', () => {
    const near = windowAround(placed(1.2), field);
    const far = windowAround(placed(0.4), field, near);
    expect(far.width).toBeLessThan(near.width);
    expect(far.height).toBeLessThan(near.height);
  });

  it('is the whole field where no face is in the picture, or none at all', () => {
    expect(windowAround(placed(0.5, 3), field)).toEqual(wholeOf(field));
    expect(windowAround(new Float32Array(478 * 3).fill(Number.NaN), field)).toEqual(wholeOf(field));
  });
});

describe('the window of a face', () => {
  it('is the same part of the picture on any field', () => {
    for (const [scale, dx] of [
      [0.5, -0.13],
      [0.7, 0],
      [0.9, 0.05],
      [3, 0],
    ] as const) {
      const coarse = windowAround(placed(scale, dx), FIELD_128);
      const fine = windowAround(placed(scale, dx), FIELD_256);
      expect(Object.values(fine)).toEqual(Object.values(coarse).map((cells) => 2 * cells));
    }
  });
});
