import { describe, expect, it } from 'vitest';
import { ProbeSchedule } from '../../../src/pipeline/transmit/probe-schedule.ts';

/** Sends a probe's packets 2 ms apart; they arrive `spacing` apart. */
function report(schedule: ProbeSchedule, id: number, spacing: number, lost: number[] = []) {
  const fates = Array.from({ length: 8 }, (_, i) => ({
    sequence: i,
    bytes: 1000,
    sentAt: 1000 + i * 2,
    receivedAt: lost.includes(i) ? undefined : 5000 + i * spacing,
    probe: id,
  }));
  for (const { bytes } of fates) schedule.sent(id, bytes);
  return schedule.feedback(fates, 1100);
}

describe('ProbeSchedule', () => {
  const started = () => {
    const schedule = new ProbeSchedule({ max: 4_000_000 });
    schedule.poll(1_000_000, 0);
    const plan = schedule.poll(1_000_000, 1000)!;
    return { schedule, plan };
  };

  it('looks for twice the estimate, soon after the start and then every five seconds', () => {
    const schedule = new ProbeSchedule({ max: 4_000_000 });
    const times: number[] = [];
    for (let now = 0; now < 12_000; now += 10) {
      const plan = schedule.poll(1_000_000, now);
      if (plan) {
        times.push(now);
        expect(plan).toMatchObject({ rate: 2_000_000, bytes: 5000 });
      }
    }
    expect(times).toEqual([300, 5300, 10_300]);
  });

  it('has nothing to look for at the upper limit', () => {
    const schedule = new ProbeSchedule({ max: 4_000_000 });
    expect(schedule.poll(4_000_000, 10_000)).toBeUndefined();
  });

  it('believes the slower of sending and receiving, with a discount', () => {
    const fast = started();
    expect(report(fast.schedule, fast.plan.id, 1)).toBeCloseTo(4_000_000 * 0.9, 0);
    const slow = started();
    expect(report(slow.schedule, slow.plan.id, 8)).toBeCloseTo(1_000_000 * 0.9, 0);
  });

  it('believes nothing of a probe with holes', () => {
    const { schedule, plan } = started();
    expect(report(schedule, plan.id, 2, [1, 3, 5])).toBeUndefined();
  });

  it('waits after a back-off', () => {
    const { schedule } = started();
    schedule.backedOff(10_000);
    expect(schedule.poll(1_000_000, 12_900)).toBeUndefined();
    expect(schedule.poll(1_000_000, 13_000)).toBeDefined();
  });
});
