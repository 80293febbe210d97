import { describe, expect, it } from 'vitest';
import { batchWindows } from '../../../../src/pipeline/render/few-shot-vid2vid/batch-window.ts';
import { FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import {
  type NetworkWindow,
  usualOf,
  wholeOf,
} from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';

const holds = (outer: NetworkWindow, inner: NetworkWindow): boolean =>
  outer.x <= inner.x &&
  outer.y <= inner.y &&
  outer.x + outer.width >= inner.x + inner.width &&
  outer.y + outer.height >= inner.y + inner.height;

describe.each(FIELDS)('the windows of a batch, on a field of $cells²', (field) => {
  const [usual, whole] = [usualOf(field), wholeOf(field)];
  const scaled = (x: number, y: number, width: number, height: number): NetworkWindow => {
    const f = field.fineness;
    return { x: f * x, y: f * y, width: f * width, height: f * height };
  };
  const small = scaled(40, 32, 48, 64);
  const near = scaled(24, 0, 80, 96);

  it('are the usual one for faces as identities are framed', () => {
    expect(batchWindows(field, [usual])).toEqual([usual]);
    const [window] = batchWindows(field, [small]) as [NetworkWindow];
    expect([window.width, window.height]).toEqual([usual.width, usual.height]);
  });

  it('have one size, the smallest that does for all, each around its own', () => {
    const corner = scaled(80, 64, 48, 64);
    const wanted = [small, near, corner];
    const windows = batchWindows(field, wanted);
    expect(new Set(windows.map(({ width, height }) => `${width} ${height}`)).size).toBe(1);
    expect(windows[0]!.width).toBeLessThan(whole.width);
    for (const [i, window] of windows.entries()) {
      expect(holds(window, wanted[i]!)).toBe(true);
      expect(holds(whole, window)).toBe(true);
      expect([window.x % 8, window.y % 8]).toEqual([0, 0]);
    }
  });

  it('are the whole field for a head that fills it', () => {
    expect(batchWindows(field, [small, whole])).toEqual([whole, whole]);
  });
});
