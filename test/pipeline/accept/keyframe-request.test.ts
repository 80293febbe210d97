import { describe, expect, it } from 'vitest';
import { KeyframeRequest } from '../../../src/pipeline/accept/keyframe-request.ts';

describe('KeyframeRequest', () => {
  it('asks at once and then no faster than a sender can answer', () => {
    const request = new KeyframeRequest(false);
    request.want(1000);
    const asked: number[] = [];
    for (let now = 1000; now < 2000; now += 10) {
      request.want(now);
      if (request.poll(now)) asked.push(now);
    }
    expect(asked).toEqual([1000, 1300, 1600, 1900]);
  });

  it('stops when the keyframe has come, and throttles across needs', () => {
    const request = new KeyframeRequest(false);
    request.want(0);
    expect(request.poll(0)).toBe('pli');
    request.satisfied();
    expect(request.due).toBeUndefined();
    request.want(50);
    expect(request.due).toBe(300);
    expect(request.poll(50)).toBeUndefined();
  });

  it('turns to FIR, with a new sequence each time, when PLI is in vain', () => {
    const request = new KeyframeRequest(true);
    request.want(0);
    const asked = [0, 300, 600, 900, 1200].map((now) => request.poll(now));
    expect(asked).toEqual(['pli', 'pli', 'pli', { fir: 1 }, { fir: 2 }]);
  });
});
