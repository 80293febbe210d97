import { describe, expect, it } from 'vitest';
import { browserFigures } from '../../../bench/aiortc/browser-call.io.ts';

describe('what a page saw of its calls', () => {
  it('is taken together', () => {
    const figures = browserFigures([
      { latencies: [40, 50], frames: 60, seconds: 2 },
      { latencies: [60], frames: 30, seconds: 2 },
    ]);
    expect(figures).toMatchObject({ p50Ms: 50, fps: 22.5 });
  });

  it('is nothing where nothing came', () => {
    expect(browserFigures([])).toEqual({ p50Ms: 0, p95Ms: 0, fps: 0 });
  });
});
