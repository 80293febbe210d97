import { describe, expect, it } from 'vitest';
import { ntpFromUnix } from '../../../src/pipeline/accept/ntp-time.ts';
import { ReceiveStatistics } from '../../../src/pipeline/accept/receive-statistics.ts';

describe('ReceiveStatistics', () => {
  it('reports loss since the last report and since the beginning', () => {
    const statistics = new ReceiveStatistics(7, 90_000);
    for (const sequence of [10, 11, 13, 14]) statistics.receive(sequence, 0, 0);
    expect(statistics.report(1000)).toMatchObject({
      ssrc: 7,
      cumulativeLost: 1,
      fractionLost: Math.floor(256 / 5),
      highestSequence: 14,
    });
    statistics.receive(15, 0, 0);
    expect(statistics.report(2000)).toMatchObject({ cumulativeLost: 1, fractionLost: 0 });
  });

  it('counts the cycles of the sequence number', () => {
    const statistics = new ReceiveStatistics(7, 90_000);
    for (const sequence of [65_535, 0, 1]) statistics.receive(sequence, 0, 0);
    expect(statistics.report(0)).toMatchObject({ highestSequence: 0x1_0001, cumulativeLost: 0 });
  });

  it('does not call lost what a retransmission brought', () => {
    const statistics = new ReceiveStatistics(7, 90_000);
    for (const sequence of [1, 2, 4]) statistics.receive(sequence, 0, 0);
    statistics.recover();
    expect(statistics.report(0)).toMatchObject({ cumulativeLost: 0, fractionLost: 0 });
  });

  it('has no jitter for an even stream and the known value for an alternating one', () => {
    const even = new ReceiveStatistics(7, 90_000);
    const uneven = new ReceiveStatistics(7, 90_000);
    for (let i = 0; i < 500; i += 1) {
      even.receive(i, i * 3000, (i * 1000) / 30);
      uneven.receive(i, i * 3000, (i * 1000) / 30 + (i % 2) * 10);
    }
    expect(even.jitter).toBeLessThan(0.1);
    expect(uneven.jitter).toBeCloseTo(10, 1);
  });

  it('survives the wrap of the timestamp', () => {
    const statistics = new ReceiveStatistics(7, 90_000);
    for (let i = 0; i < 100; i += 1) {
      statistics.receive(i, (2 ** 32 - 150_000 + i * 3000) % 2 ** 32, (i * 1000) / 30);
    }
    expect(statistics.jitter).toBeLessThan(0.1);
  });

  it('tells the sender when its report came', () => {
    const statistics = new ReceiveStatistics(7, 90_000);
    statistics.senderReport(ntpFromUnix(1_000), 500);
    const report = statistics.report(2500);
    expect(report.lastSenderReport).toBe((2_208_988_801 * 65_536) % 2 ** 32);
    expect(report.delaySinceLastSenderReport).toBe(2 * 65_536);
  });
});
