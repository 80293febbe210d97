import { describe, expect, it } from 'vitest';
import { RtpTimeline } from '../../../src/pipeline/transmit/rtp-timeline.ts';

describe('RtpTimeline', () => {
  it('follows capture times in ticks, across the wrap', () => {
    const timeline = new RtpTimeline(90_000, 2 ** 32 - 3000);
    expect([1000, 1033.333, 1066.667].map((at) => timeline.next(at))).toEqual([
      2 ** 32 - 3000,
      0,
      3000,
    ]);
  });

  it('never stands still or goes back, as two frames of one time would be one to a receiver', () => {
    const timeline = new RtpTimeline(90_000, 0);
    expect([1000, 1000, 990, 1033].map((at) => timeline.next(at))).toEqual([0, 1, 2, 2970]);
  });

  it('says the time of any instant, for sender reports', () => {
    const timeline = new RtpTimeline(90_000, 500);
    expect(timeline.at(0)).toBeUndefined();
    timeline.next(1000);
    expect(timeline.at(1010)).toBe(1400);
    expect(timeline.at(990)).toBe(2 ** 32 - 400);
  });
});
