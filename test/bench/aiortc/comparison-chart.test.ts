import { describe, expect, it } from 'vitest';
import { drawComparison } from '../../../bench/aiortc/comparison-chart.ts';
import type { Contender } from '../../../bench/aiortc/contender.ts';
import { figuresOf } from '../../../bench/aiortc/figures.ts';
import type { VideoCodec } from '../../../src/pipeline/decode/video-decoder.ts';

const alone = figuresOf([
  {
    samples: [{ sent: 60, latencies: [20, 20], bytes: 1_000, errors: [] }],
    seconds: 2,
    peerCpu: 0.004,
    clientCpu: 0.1,
  },
]);
const row = (peer: Contender, sessions: number | null, codec: VideoCodec = 'vp8') => ({
  codec,
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

  it('has the bars of each codec under its own heading', () => {
    const rows = [row('aiortc', 3), row('understudy', 9, 'h264'), row('aiortc', 4, 'h264')];
    const [, vp8 = '', h264 = ''] = drawComparison(rows).split(/<text[^>]* class="codec">/);
    expect(vp8).toMatch(/^VP8</);
    expect(vp8.match(/height="17"/g)).toHaveLength(1);
    expect(h264).toMatch(/^H\.264</);
    expect(h264.match(/height="17"/g)).toHaveLength(2);
    expect(h264.match(/>invert, 256²</g)).toHaveLength(1);
  });
});
