import { describe, expect, it } from 'vitest';
import { COST_WINDOW, CostWindow } from '../../../src/pipeline/budget/cost-window.ts';
import { quantile } from '../../../src/pipeline/quantile.ts';
import { seededRandom } from '../seeded-random.ts';

describe('a window of costs', () => {
  it('keeps the newest, so many and no more', () => {
    const window = new CostWindow();
    for (let frame = 0; frame < 10 * COST_WINDOW; frame++) window.push(frame, frame);
    expect(window.count).toBe(COST_WINDOW);
    expect(window.quantile(0, 600)).toBe(9 * COST_WINDOW);
    expect(window.mean(600)).toBe(9.5 * COST_WINDOW - 0.5);
  });

  it('lets go of what is seconds old once there is something newer, and not before', () => {
    const window = new CostWindow();
    window.push(40, 0);
    window.push(40, 100);
    expect(window.quantile(0.5, 2_000)).toBe(40);
    window.push(10, 3_200);
    expect(window.quantile(0.9, 3_200)).toBe(10);
  });

  it('trusts a cost less and less that was not measured for long', () => {
    const window = new CostWindow();
    window.push(40, 0);
    expect(window.quantile(0.9, 33_000)).toBeCloseTo(20);
    expect(window.mean(63_000)).toBeCloseTo(10);
  });

  it('tells the quantiles of whatever it holds, equal costs among it', () => {
    const random = seededRandom(7);
    const window = new CostWindow();
    const costs: number[] = [];
    for (let frame = 0; frame < 5 * COST_WINDOW; frame++) {
      costs.push(Math.floor(random() * 12));
      window.push(costs.at(-1)!, frame);
      const held = costs.slice(-COST_WINDOW);
      for (const q of [0, 0.5, 0.9, 1]) expect(window.quantile(q, frame)).toBe(quantile(held, q));
    }
  });

  it('begins anew when it is cleared, wherever its ring stood', () => {
    const window = new CostWindow();
    for (let frame = 0; frame < 1.5 * COST_WINDOW; frame++) window.push(frame, frame);
    window.clear();
    expect([window.count, window.mean(90), window.quantile(0.9, 90)]).toEqual([0, 0, 0]);
    for (const cost of [7, 3, 5]) window.push(cost, 100);
    expect([0, 0.5, 1].map((q) => window.quantile(q, 100))).toEqual([3, 5, 7]);
    expect(window.mean(100)).toBe(5);
  });

  it('knows nothing at first', () => {
    const window = new CostWindow();
    expect([window.count, window.mean(0), window.quantile(0.9, 0)]).toEqual([0, 0, 0]);
  });
});
