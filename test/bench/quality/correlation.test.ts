import { describe, expect, it } from 'vitest';
import { following } from '../../../bench/quality/correlation.ts';

const near = Array.from({ length: 60 }, (_, i) => Math.sin(i / 4) + Math.sin(i / 9));

describe('how well one series follows another', () => {
  it('is perfect at the lag it has, whatever its scale', () => {
    const far = near.map((_, i) => 5 + 2 * (near[i - 3] ?? 0));
    expect(following(near, far, 5)).toBeGreaterThan(0.999);
    expect(following(near, far, 1)).toBeLessThan(0.95);
  });

  it('is nothing for what stands still', () => {
    expect(following(near, near.fill.call([...near], 2) as number[], 5)).toBe(0);
  });

  it('leaves out frames that either lacks, and says nothing from fewer than half', () => {
    const gaps = (share: number) => near.map((value, i) => (i % 10 < share ? Number.NaN : value));
    expect(following(near, gaps(3), 0)).toBeCloseTo(1, 9);
    expect(following(near, gaps(6), 0)).toBeUndefined();
  });
});
