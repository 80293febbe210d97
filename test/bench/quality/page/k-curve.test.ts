import { expect, it } from 'vitest';
import { kCurves } from '../../../../bench/quality/page/k-curve.ts';

it('draws a line an engine, higher scores higher up, the names beside', () => {
  const points = [1, 2, 4].map((examples) => ({ examples, value: 20 + examples }));
  const svg = kCurves([{ title: 'face < dB', curves: [{ name: 'warp', points }] }]);
  const path = /polyline points="([^"]+)"/
    .exec(svg)![1]!
    .split(' ')
    .map((p) => p.split(',').map(Number));
  expect(path).toHaveLength(3);
  expect(path[0]![0]!).toBeLessThan(path[1]![0]!);
  expect(path[0]![1]!).toBeGreaterThan(path[2]![1]!);
  expect(svg).toContain('face &lt; dB');
  expect(svg).toContain('>warp<');
});
