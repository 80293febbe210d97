import { describe, expect, it } from 'vitest';
import { batchWindows } from '../../../../src/pipeline/render/few-shot-vid2vid/batch-window.ts';
import {
  type NetworkWindow,
  USUAL_WINDOW,
  WHOLE_FIELD,
} from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';

const holds = (outer: NetworkWindow, inner: NetworkWindow): boolean =>
  outer.x <= inner.x &&
  outer.y <= inner.y &&
  outer.x + outer.width >= inner.x + inner.width &&
  outer.y + outer.height >= inner.y + inner.height;

describe('the windows of a batch', () => {
  const small = { x: 40, y: 32, width: 48, height: 64 };
  const near = { x: 24, y: 0, width: 80, height: 96 };

  it('are the usual one for faces as identities are framed', () => {
    expect(batchWindows([USUAL_WINDOW])).toEqual([USUAL_WINDOW]);
    const [window] = batchWindows([small]) as [NetworkWindow];
    expect([window.width, window.height]).toEqual([USUAL_WINDOW.width, USUAL_WINDOW.height]);
  });

  it('have one size, the smallest that does for all, each around its own', () => {
    const corner = { x: 80, y: 64, width: 48, height: 64 };
    const wanted = [small, near, corner];
    const windows = batchWindows(wanted);
    expect(new Set(windows.map(({ width, height }) => `${width} ${height}`)).size).toBe(1);
    expect(windows[0]!.width).toBeLessThan(WHOLE_FIELD.width);
    for (const [i, window] of windows.entries()) {
      expect(holds(window, wanted[i]!)).toBe(true);
      expect(holds(WHOLE_FIELD, window)).toBe(true);
      expect([window.x % 8, window.y % 8]).toEqual([0, 0]);
    }
  });

  it('are the whole field for a head that fills it', () => {
    expect(batchWindows([small, WHOLE_FIELD])).toEqual([WHOLE_FIELD, WHOLE_FIELD]);
  });
});
