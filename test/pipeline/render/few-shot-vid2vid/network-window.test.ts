import { describe, expect, it } from 'vitest';
import { FIELD_SIDE } from '../../../../src/pipeline/render/few-shot-vid2vid/network-shape.ts';
import {
  type NetworkWindow,
  WHOLE_FIELD,
  windowAround,
} from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { FACE_OVAL } from '../../../../src/pipeline/render/warp/mesh-contours.ts';
import { facePoints } from '../painted-face.ts';

/** A face drawn smaller about the middle of the picture, then moved. */
function placed(scale: number, dx = 0, dy = 0): Float32Array {
  return facePoints().map((value, i) =>
    i % 3 === 2 ? value : 0.5 + (value - 0.5) * scale + (i % 3 === 0 ? dx : dy),
  );
}

/** Cells between the face's outline and the window's edges: left, top, right, bottom. */
function margins(points: Float32Array, { x, y, width, height }: NetworkWindow): number[] {
  const across = FACE_OVAL.map((index) => points[3 * index]! * FIELD_SIDE);
  const down = FACE_OVAL.map((index) => points[3 * index + 1]! * FIELD_SIDE);
  return [
    Math.min(...across) - x,
    Math.min(...down) - y,
    x + width - Math.max(...across),
    y + height - Math.max(...down),
  ];
}

describe('the window of the network', () => {
  it.each([0.5, 0.7, 0.9])('holds a face of %f the usual size, and what is around it', (scale) => {
    const points = placed(scale);
    const window = windowAround(points);
    for (const margin of margins(points, window)) expect(margin).toBeGreaterThanOrEqual(2);
    expect(window.width * window.height).toBeLessThan(FIELD_SIDE ** 2);
  });

  it('begins and ends where all layers of the network do', () => {
    for (const dx of [-0.2, -0.11, 0, 0.07, 0.13]) {
      const { x, y, width, height } = windowAround(placed(0.6, dx, dx / 2));
      for (const length of [width, height]) expect(length % 16).toBe(0);
      for (const start of [x, y]) expect(start % 8).toBe(0);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(FIELD_SIDE);
    }
  });

  it('on half the field begins and ends where all layers do there, and holds the face as well', () => {
    for (const dx of [-0.2, -0.11, 0, 0.07, 0.13]) {
      const points = placed(0.6, dx, dx / 2);
      const window = windowAround(points, undefined, 2);
      for (const length of [window.width, window.height]) expect((length / 2) % 16).toBe(0);
      for (const start of [window.x, window.y]) expect((start / 2) % 8).toBe(0);
      for (const margin of margins(points, window)) expect(margin).toBeGreaterThanOrEqual(2);
      expect(window.x + window.width).toBeLessThanOrEqual(FIELD_SIDE);
    }
    expect(windowAround(placed(3), undefined, 2)).toEqual(WHOLE_FIELD);
  });

  it('is the whole field where a face fills the picture', () => {
    expect(windowAround(placed(3))).toEqual(WHOLE_FIELD);
  });

  it('ends at the edge of the picture where a face is cut by it', () => {
    const { x, width } = windowAround(placed(0.7, 0.4));
    expect(x + width).toBe(FIELD_SIDE);
  });

  it('stays where it is while a head trembles, and follows one that goes', () => {
    let window = windowAround(placed(0.6));
    const first = window;
    for (let i = 0; i < 50; i++) window = windowAround(placed(0.6, 0.01 * Math.sin(i)), window);
    expect(window).toEqual(first);
    const away = placed(0.6, 0.15);
    window = windowAround(away, window);
    expect(window).not.toEqual(first);
    for (const margin of margins(away, window)) expect(margin).toBeGreaterThanOrEqual(2);
  });

  it('shrinks when a face has become much smaller', () => {
    const near = windowAround(placed(1.2));
    const far = windowAround(placed(0.4), near);
    expect(far.width).toBeLessThan(near.width);
    expect(far.height).toBeLessThan(near.height);
  });

  it('is the whole field where no face is in the picture, or none at all', () => {
    expect(windowAround(placed(0.5, 3))).toEqual(WHOLE_FIELD);
    expect(windowAround(new Float32Array(478 * 3).fill(Number.NaN))).toEqual(WHOLE_FIELD);
  });
});
