import { describe, expect, it } from 'vitest';
import { held, summarise, together } from '../../../bench/load/summary.ts';

const sample = (latencies: number[]) => ({
  sent: latencies.length,
  answered: latencies.length,
  latencies,
  longestGap: 34,
  stages: latencies.map((latency) => ({ decode: 1, render: latency - 3, wait: 2 })),
  levels: { full: latencies.length },
  drops: { superseded: 1 },
});

describe('the figures of a load', () => {
  it('of a camera are those of all spans it was measured in', () => {
    const all = together([sample([10, 20]), { ...sample([50]), longestGap: 70 }]);
    expect(all).toEqual({
      sent: 3,
      answered: 3,
      latencies: [10, 20, 50],
      longestGap: 70,
      stages: [...sample([10, 20]).stages, ...sample([50]).stages],
      levels: { full: 3 },
      drops: { superseded: 2 },
    });
  });

  it('are of all sessions together, but the rate is that of the one that got fewest', () => {
    const many = Array.from({ length: 60 }, () => 10);
    const figures = summarise([sample(many), sample(many.slice(0, 40))], {
      seconds: 2,
      budget: 33,
    });
    expect(figures).toMatchObject({
      sessions: 2,
      latencyMs: { p50: 10, p99: 10 },
      fps: 20,
      missed: 0,
      levels: { full: 1 },
      drops: { superseded: 2 },
    });
    expect(figures.stagesMs).toMatchObject({ wait: 2, decode: 1, render: 7, landmark: 0 });
  });

  it('hold where the rate is kept and 99 of 100 frames are in time', () => {
    const latencies = (late: number) => Array.from({ length: 300 }, (_, i) => (i < late ? 50 : 12));
    const figures = (late: number) =>
      summarise([sample(latencies(late))], { seconds: 10, budget: 33 });
    expect(held(figures(1), 33)).toBe(true);
    expect(held(figures(30), 33)).toBe(false);
    expect(figures(30).missed).toBeCloseTo(0.1);
    expect(held({ ...figures(0), fps: 25 }, 33)).toBe(false);
  });
});
