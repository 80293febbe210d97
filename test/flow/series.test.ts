import { describe, expect, it } from 'vitest';
import { align, correlation, type Series, sample, steadied } from './series.ts';

const wave = (delay: number, jitter: (i: number) => number = () => 0): Series => {
  const at = Array.from({ length: 300 }, (_, i) => i * 33 + jitter(i));
  const value = at.map((t) => Math.sin((t - delay) / 310) + 0.5 * Math.sin((t - delay) / 97));
  return { at, value };
};

describe('the measure of how one series follows another', () => {
  it('finds a delay to within a frame, also under jitter', () => {
    const found = align(
      wave(0),
      wave(140, (i) => (i * 7) % 13),
      { from: -200, to: 400 },
    );
    expect(found.lag).toBeGreaterThan(125);
    expect(found.lag).toBeLessThan(155);
    expect(found.correlation).toBeGreaterThan(0.99);
  });

  it('calls unrelated series unrelated', () => {
    const other: Series = {
      at: wave(0).at,
      value: wave(0).at.map((t) => ((t * 7919) % 101) / 101),
    };
    expect(Math.abs(align(wave(0), other, { from: -200, to: 400 }).correlation)).toBeLessThan(0.4);
  });

  it('does not look across gaps or past the ends', () => {
    const gap: Series = { at: [0, 33, 500], value: [0, 1, 2] };
    expect(sample(gap, 16.5)).toBeCloseTo(0.5);
    expect(sample(gap, 200)).toBeUndefined();
    expect(sample(gap, 501)).toBeUndefined();
  });

  it('loses the trembling of a steadied series, not its motion', () => {
    const still = wave(0);
    const trembling = { ...still, value: still.value.map((v, i) => v + 0.3 * (-1) ** i) };
    expect(correlation(still.value, trembling.value)).toBeLessThan(0.94);
    expect(correlation(still.value, steadied(trembling).value)).toBeGreaterThan(0.98);
    expect(correlation(still.value, steadied(still).value)).toBeGreaterThan(0.99);
  });

  it('is zero for what does not vary', () => {
    expect(correlation([1, 1, 1], [1, 2, 3])).toBe(0);
  });
});
