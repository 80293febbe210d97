import { describe, expect, it } from 'vitest';
import { heard, pulse, startHeartbeat } from '../../../src/client/sdk/heartbeat.ts';

describe('heartbeat', () => {
  it('pings at its interval', () => {
    const start = startHeartbeat(1000, 0);
    expect(pulse(start, 999)).toMatchObject({ due: 'nothing', next: 1000 });
    const first = pulse(start, 1000);
    expect(first).toMatchObject({ due: 'ping', next: 2000 });
    expect(pulse(first.beat, 1500)).toMatchObject({ due: 'nothing', next: 2000 });
  });

  it('declares the line dead after two silent intervals and a grace', () => {
    const start = startHeartbeat(1000, 0);
    expect(pulse(start, 3999).due).not.toBe('dead');
    expect(pulse(start, 4000).due).toBe('dead');
  });

  it('takes any message as a sign of life', () => {
    expect(pulse(heard(startHeartbeat(1000, 0), 3900), 4000).due).toBe('ping');
  });

  it('asks to be woken no later than the line may be dead', () => {
    const { next } = pulse({ interval: 10_000, heardAt: 0, pingedAt: 15_000 }, 15_000);
    expect(next).toBe(22_000);
  });
});
