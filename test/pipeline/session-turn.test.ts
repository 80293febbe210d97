import { describe, expect, it } from 'vitest';
import { FrameTurns } from '../../src/pipeline/budget/frame-turns.ts';
import { SessionTurn } from '../../src/pipeline/session-turn.ts';

/** Two sessions of one worker, whose clocks are set by hand. */
function worker() {
  const time = { wall: 0, cpu: 0 };
  const ports = { turns: new FrameTurns(), clock: () => time.wall, cpuTime: () => time.cpu };
  const pass = (wall: number, cpu = wall) => {
    time.wall += wall;
    time.cpu += cpu;
  };
  return { pass, one: new SessionTurn(ports), other: new SessionTurn(ports) };
}

describe("a session's turn", () => {
  it('is what it worked, on the clock and of the processor', async () => {
    const { pass, one } = worker();
    await one.take(1);
    pass(10, 7);
    expect(one.end()).toEqual({ wall: 10, cpu: 7 });
    pass(100);
    await one.take(2);
    pass(3);
    expect(one.end()).toEqual({ wall: 3, cpu: 3 });
  });

  it('is without what others did while it waited elsewhere', async () => {
    const { pass, one, other } = worker();
    await one.take(1);
    pass(4);
    let answer: () => void = () => undefined;
    const waiting = one.elsewhere(
      () => new Promise<void>((resolve) => (answer = resolve)),
      () => 0,
    );
    await other.take(2);
    pass(50);
    answer();
    expect(other.end()).toEqual({ wall: 50, cpu: 50 });
    await waiting;
    expect(one.away).toBe(50);
    pass(2);
    expect(one.end()).toEqual({ wall: 6, cpu: 6 });
  });

  it('has its own share of what was waited for', async () => {
    const { pass, one } = worker();
    await one.take(1);
    await one.elsewhere(
      async () => pass(12, 1),
      () => 3,
    );
    expect(one.end()).toEqual({ wall: 3, cpu: 0 });
  });

  it('is not needed to wait', async () => {
    const { one } = worker();
    expect(
      await one.elsewhere(
        async () => 'it',
        () => 0,
      ),
    ).toBe('it');
    expect(one.away).toBe(0);
  });
});
