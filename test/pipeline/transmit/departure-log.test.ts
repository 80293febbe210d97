import { describe, expect, it } from 'vitest';
import { DepartureLog } from '../../../src/pipeline/transmit/departure-log.ts';

describe('DepartureLog', () => {
  it('matches feedback with what was sent, across the wrap', () => {
    const log = new DepartureLog();
    log.add(65_535, 100, 0);
    log.add(0, 101, 10);
    log.add(1, 102, 20, 7);
    const fates = log.match({ base: 65_535, count: 0, arrivals: [500, undefined, 520] });
    expect(
      fates.map(({ bytes, sentAt, receivedAt, probe }) => [bytes, sentAt, receivedAt, probe]),
    ).toEqual([
      [100, 0, 500, undefined],
      [101, 10, undefined, undefined],
      [102, 20, 520, 7],
    ]);
  });

  it('tells each packet’s fate once', () => {
    const log = new DepartureLog();
    log.add(5, 100, 0);
    const message = { base: 5, count: 0, arrivals: [1] };
    expect(log.match(message)).toHaveLength(1);
    expect(log.match(message)).toHaveLength(0);
  });

  it('unwraps the receiver’s clock', () => {
    const log = new DepartureLog();
    const range = 2 ** 24 * 64;
    log.add(1, 1, 0);
    log.add(2, 1, 0);
    log.add(3, 1, 0);
    const at = (base: number, arrival: number) =>
      log.match({ base, count: 0, arrivals: [arrival] })[0]!.receivedAt!;
    const first = at(1, range / 2 - 64);
    // The reference time is signed: its wrap is a jump to the other end.
    expect(at(2, -range / 2 + 64) - first).toBe(128);
    expect(at(3, -range / 2 + 128) - first).toBe(192);
  });

  it('forgets the oldest where no feedback comes', () => {
    const log = new DepartureLog();
    for (let i = 0; i < 20_000; i += 1) log.add(i, 1, i);
    const known = (base: number) => log.match({ base, count: 0, arrivals: [1] }).length;
    expect([known(20_000 - 8193), known(20_000 - 8192)]).toEqual([0, 1]);
  });
});
