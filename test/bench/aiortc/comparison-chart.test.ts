import { describe, expect, it } from 'vitest';
import { drawComparison } from '../../../bench/aiortc/comparison-chart.ts';
import type { Contender } from '../../../bench/aiortc/contender.io.ts';
import { figuresOf } from '../../../bench/aiortc/figures.ts';

const alone = figuresOf([
  {
    samples: [{ sent: 60, latencies: [20, 20], bytes: 1_000, errors: [] }],
    seconds: 2,
    peerCpu: 0.004,
    clientCpu: 0.1,
  },
]);
const row = (peer: Contender, sessions: number | null) => ({
  size: 256,
  transform: 'invert' as const,
  peer,
  version: '1',
  alone,
  most: sessions === null ? null : { ...alone, sessions },
  inBrowser: null,
  bitrate: 500_000,
  pinned: true,
});

describe('the drawn comparison', () => {
  it('has a bar with its words for each peer, under what was done', () => {
    const svg = drawComparison([row('understudy', 7), row('aiortc', null)]);
    expect(svg).toContain('>invert, 256²<');
    expect(svg.match(/height="17"/g)).toHaveLength(2);
    expect(svg).toContain('>2.00 ms<');
    expect(svg).toContain('>20 / 20 ms<');
    expect(svg).toContain('>7, p95 20 ms<');
  });
});
