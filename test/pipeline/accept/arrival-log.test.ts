import { describe, expect, it } from 'vitest';
import { ArrivalLog } from '../../../src/pipeline/accept/arrival-log.ts';

describe('ArrivalLog', () => {
  it('reports every 50 ms while packets come, and not without', () => {
    const log = new ArrivalLog();
    expect(log.due).toBeUndefined();
    log.record(10, 1000);
    expect(log.due).toBe(1050);
    expect(log.poll(1049)).toEqual([]);
    log.record(11, 1020);
    expect(log.poll(1050)).toEqual([{ base: 10, count: 0, arrivals: [1000, 1020] }]);
    expect(log.due).toBeUndefined();
  });

  it('goes on where the last report ended, and marks what is missing', () => {
    const log = new ArrivalLog();
    log.record(65_534, 0);
    log.poll(50);
    log.record(65_535, 60);
    log.record(2, 66);
    const [report] = log.poll(200);
    expect(report).toEqual({
      base: 65_535,
      count: 1,
      arrivals: [60, undefined, undefined, 66],
    });
  });

  it('keeps the first arrival of a duplicate', () => {
    const log = new ArrivalLog();
    log.record(1, 10);
    log.record(1, 30);
    expect(log.poll(60)[0]!.arrivals).toEqual([10]);
  });

  it('reaches back to a late packet without calling its neighbours lost', () => {
    const log = new ArrivalLog();
    for (const sequence of [1, 2, 4, 5]) log.record(sequence, sequence);
    log.poll(60);
    log.record(3, 70);
    log.record(6, 71);
    expect(log.poll(130)).toEqual([{ base: 3, count: 1, arrivals: [70, 4, 5, 71] }]);
  });

  it('begins a new message after an outage that the format cannot span', () => {
    const log = new ArrivalLog();
    log.record(1, 0);
    log.record(2, 20_000);
    const reports = log.poll(20_050);
    expect(reports.map(({ base, arrivals }) => [base, arrivals])).toEqual([
      [1, [0]],
      [2, [20_000]],
    ]);
    expect(reports.map(({ count }) => count)).toEqual([0, 1]);
  });

  it('is bounded under a jump of the sender', () => {
    const log = new ArrivalLog();
    log.record(0, 0);
    log.poll(50);
    log.record(30_000, 100);
    const reports = log.poll(150);
    expect(reports).toEqual([{ base: 30_000, count: 1, arrivals: [100] }]);
  });
});
