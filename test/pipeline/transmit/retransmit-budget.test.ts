import { describe, expect, it } from 'vitest';
import { RetransmitBudget } from '../../../src/pipeline/transmit/retransmit-budget.ts';

describe('RetransmitBudget', () => {
  it('bears 5 % of loss at any rate, in bursts too', () => {
    for (const estimate of [300_000, 1_000_000, 2_500_000]) {
      const budget = new RetransmitBudget();
      const lost = Math.ceil((estimate * 0.05) / 8 / 1100);
      for (let second = 0; second < 10; second += 1) {
        for (let i = 0; i < lost; i += 1) expect(budget.admit(estimate, second * 1000)).toBe(true);
      }
    }
  });

  it('leaves half of the path to the picture, however much is lost', () => {
    const budget = new RetransmitBudget();
    let admitted = 0;
    for (let now = 0; now < 10_000; now += 1) if (budget.admit(1_000_000, now)) admitted += 1;
    expect((admitted * 1200 * 8) / 10).toBeLessThan(530_000);
    expect((admitted * 1200 * 8) / 10).toBeGreaterThan(450_000);
  });

  it('is emptied by a fall of the estimate', () => {
    const budget = new RetransmitBudget();
    expect(budget.admit(2_500_000, 0)).toBe(true);
    let admitted = 0;
    while (budget.admit(150_000, 1)) admitted += 1;
    expect(admitted).toBeLessThan(5);
  });
});
