import { describe, expect, it } from 'vitest';
import { carried, figuresOf, MOST_LATENCY } from '../../../bench/aiortc/figures.ts';

const sample = (latencies: number[]) => ({
  sent: latencies.length,
  latencies,
  bytes: latencies.length * 1_000,
  errors: [4],
});
const span = (...counts: number[]) => ({
  samples: counts.map((count) => sample(Array.from({ length: count }, () => 20))),
  seconds: 2,
  peerCpu: 0.5,
  clientCpu: 0.2,
});

describe('the figures of a transform', () => {
  it('are of all sessions together, but the rate is that of the one that got fewest', () => {
    const figures = figuresOf([span(60, 40)]);
    expect(figures).toMatchObject({ sessions: 2, fps: 20, p50Ms: 20, p95Ms: 20 });
    expect(figures.cpuMsPerFrame).toBeCloseTo(5);
    expect(figures.coresPerSession).toBeCloseTo(0.125);
    expect(figures.kbps).toBeCloseTo(200);
    expect(figures.clientCores).toBeCloseTo(0.1);
    expect(figures.psnrDb).toBeCloseTo(42.11, 1);
  });

  it('take several spans together', () => {
    const figures = figuresOf([span(60), span(50)]);
    expect(figures).toMatchObject({ sessions: 1, fps: 27.5 });
    expect(figures.coresPerSession).toBeCloseTo(0.25);
  });

  it('say that sessions are carried where each has its rate and few frames are late', () => {
    const figures = figuresOf([span(60, 58)]);
    expect(carried(figures)).toBe(true);
    expect(carried({ ...figures, p95Ms: MOST_LATENCY + 1 })).toBe(false);
    expect(carried({ ...figures, fps: 26 })).toBe(false);
  });

  it('are none where nothing came back', () => {
    const figures = figuresOf([{ ...span(0), samples: [{ ...sample([]), errors: [] }] }]);
    expect(figures).toMatchObject({ fps: 0, psnrDb: null });
    expect(carried(figures)).toBe(false);
  });
});
