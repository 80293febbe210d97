import { describe, expect, it } from 'vitest';
import { KeyframeThrottle } from '../../../src/pipeline/transmit/keyframe-throttle.ts';

describe('KeyframeThrottle', () => {
  it('passes the first request on at once, and a lossy receiver’s many twice a second', () => {
    const throttle = new KeyframeThrottle();
    const asked: number[] = [];
    for (let now = 10_000; now < 12_000; now += 10) {
      throttle.pli();
      if (throttle.poll(now)) asked.push(now);
    }
    expect(asked).toEqual([10_000, 10_500, 11_000, 11_500]);
  });

  it('is content with a keyframe that was sent anyway', () => {
    const throttle = new KeyframeThrottle();
    throttle.pli();
    throttle.sent(100);
    expect(throttle.due).toBeUndefined();
    throttle.pli();
    expect(throttle.due).toBe(600);
  });

  it('takes a repeated FIR for one', () => {
    const throttle = new KeyframeThrottle();
    throttle.fir(3);
    expect(throttle.poll(1000)).toBe(true);
    throttle.fir(3);
    expect(throttle.poll(5000)).toBe(false);
    throttle.fir(4);
    expect(throttle.poll(5000)).toBe(true);
  });
});
