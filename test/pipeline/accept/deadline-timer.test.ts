import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeadlineTimer } from '../../../src/pipeline/accept/deadline-timer.io.ts';

describe('DeadlineTimer', () => {
  let now = 0;
  const fired: number[] = [];
  let timer: DeadlineTimer;
  const advance = (milliseconds: number) => {
    for (let i = 0; i < milliseconds; i += 1) {
      now += 1;
      vi.advanceTimersByTime(1);
    }
  };
  beforeEach(() => {
    vi.useFakeTimers();
    now = 0;
    fired.length = 0;
    timer = new DeadlineTimer(
      () => now,
      (at) => fired.push(at),
    );
  });
  afterEach(() => {
    timer.close();
    vi.useRealTimers();
  });

  it('fires once, at the earliest deadline', () => {
    timer.arm(50, undefined, 20);
    timer.arm(30);
    timer.arm(10);
    advance(100);
    expect(fired).toEqual([10]);
  });

  it('can be armed again from within', () => {
    const again: DeadlineTimer = new DeadlineTimer(
      () => now,
      (at) => {
        fired.push(at);
        if (at < 30) again.arm(at + 10);
      },
    );
    again.arm(10);
    advance(100);
    expect(fired).toEqual([10, 20, 30]);
  });

  it('does not fire without a deadline, nor after it was closed', () => {
    timer.arm(undefined);
    advance(100);
    timer.arm(150);
    timer.close();
    timer.arm(120);
    advance(100);
    expect(fired).toEqual([]);
  });
});
