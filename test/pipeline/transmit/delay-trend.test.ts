import { describe, expect, it } from 'vitest';
import { DelayTrend } from '../../../src/pipeline/transmit/delay-trend.ts';
import { seededRandom } from './network-emulator.ts';

/** A packet every 10 ms whose delay is told by `delay`. */
function feed(trend: DelayTrend, from: number, to: number, delay: (at: number) => number) {
  const seen = new Set<string>();
  for (let at = from; at < to; at += 10) {
    trend.add(at, at + 50 + delay(at));
    seen.add(trend.usage);
  }
  return seen;
}

describe('DelayTrend', () => {
  it('is calm on an even path, with jitter too', () => {
    const random = seededRandom(1);
    expect([...feed(new DelayTrend(), 0, 10_000, () => 0)]).toEqual(['normal']);
    const seen = feed(new DelayTrend(), 0, 10_000, () => random() * 3);
    expect(seen.has('overuse')).toBe(false);
  });

  it('sees a queue that builds up within half a second, and that it drains', () => {
    const trend = new DelayTrend();
    feed(trend, 0, 2000, () => 0);
    let noticed: number | undefined;
    for (let at = 2000; at < 3000; at += 10) {
      trend.add(at, at + 50 + (at - 2000) * 0.2);
      if (trend.usage === 'overuse') noticed ??= at;
    }
    expect(noticed).toBeLessThan(2500);
    const draining = feed(trend, 3000, 3600, (at) => Math.max(0, 200 - (at - 3000) * 0.4));
    expect(draining.has('underuse')).toBe(true);
  });

  it('does not take a standing queue for a growing one', () => {
    const trend = new DelayTrend();
    feed(trend, 0, 1000, () => 0);
    feed(trend, 1000, 3000, () => 100);
    expect(feed(trend, 3000, 6000, () => 100).has('overuse')).toBe(false);
  });

  it('is not disturbed by packets that come in another order', () => {
    const trend = new DelayTrend();
    const seen = new Set<string>();
    for (let at = 0; at < 5000; at += 20) {
      trend.add(at + 10, at + 60);
      trend.add(at, at + 61);
      seen.add(trend.usage);
    }
    expect([...seen]).toEqual(['normal']);
  });
});
