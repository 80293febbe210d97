import { describe, expect, it } from 'vitest';
import { WorkerLoad } from '../../../src/pipeline/budget/worker-load.ts';

describe('the load of a worker', () => {
  it('is the share of the last second that its sessions kept it busy', () => {
    const load = new WorkerLoad();
    for (let now = 0; now < 5_000; now += 40) {
      load.worked('a', 10, now);
      load.worked('b', 20, now);
    }
    expect(load.of('a', 5_000)).toBeCloseTo(0.25, 1);
    expect(load.total(5_000)).toBeCloseTo(0.75, 1);
  });

  it('fades when nothing is done, and is gone with its session', () => {
    const load = new WorkerLoad();
    for (let now = 0; now < 5_000; now += 40) load.worked('a', 20, now);
    expect(load.total(8_000)).toBeLessThan(0.05);
    load.worked('a', 500, 8_000);
    load.leave('a');
    expect(load.total(8_000)).toBe(0);
  });

  it('counts a session that changes its level for what it will take, at once', () => {
    const load = new WorkerLoad();
    for (let now = 0; now < 5_000; now += 40) load.worked('a', 30, now);
    expect(load.of('a', 5_000)).toBeGreaterThan(0.7);
    const before = load.changes;
    load.changed('a', 0.25, 5_000);
    expect(load.of('a', 5_000)).toBe(0.25);
    expect(load.changes).not.toBe(before);
    for (let now = 5_000; now < 6_000; now += 40) load.worked('a', 10, now);
    expect(load.of('a', 6_000)).toBeCloseTo(0.25, 1);
  });

  it('lets one session climb at a time', () => {
    const load = new WorkerLoad();
    expect([0, 100, 999, 1_000].map((now) => load.mayClimb(now))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('knows whether another session is pressed or has to spare, as long as it says so', () => {
    const load = new WorkerLoad();
    load.stand('a', 'pressed', 0);
    load.stand('b', 'spare', 0);
    const seenBy = (session: string, now: number) => [
      load.othersStand(session, ['pressed'], now),
      load.othersStand(session, ['spare', 'returning'], now),
    ];
    expect(seenBy('a', 500)).toEqual([false, true]);
    expect(seenBy('b', 500)).toEqual([true, false]);
    load.leave('a');
    expect(seenBy('c', 500)).toEqual([false, true]);
    expect(seenBy('c', 1_000)).toEqual([false, false]);
  });
});
