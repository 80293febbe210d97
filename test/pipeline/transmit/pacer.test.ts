import { describe, expect, it } from 'vitest';
import { Pacer } from '../../../src/pipeline/transmit/pacer.ts';

function run(pacer: Pacer, from: number, to: number): void {
  for (let now = from; now < to; now += 1) {
    const { due } = pacer;
    if (due !== undefined && due <= now) pacer.poll(now);
  }
}

const packets = (count: number, sent: number[], bytes = 1100) =>
  Array.from({ length: count }, () => ({ bytes, send: (at: number) => sent.push(at) }));

describe('Pacer', () => {
  it('sends an ordinary frame at once', () => {
    const pacer = new Pacer(1_000_000);
    const sent: number[] = [];
    for (const now of [5, 38, 71]) {
      pacer.push(packets(4, sent), now);
      pacer.poll(now);
      expect(pacer.due).toBeUndefined();
    }
    expect(sent).toEqual([5, 5, 5, 5, 38, 38, 38, 38, 71, 71, 71, 71]);
  });

  it('spreads a 512² keyframe, and has it out within ten milliseconds', () => {
    const pacer = new Pacer(1_000_000);
    const sent: number[] = [];
    pacer.push(packets(28, sent), 0);
    run(pacer, 0, 30);
    expect(sent).toHaveLength(28);
    expect(sent.at(-1)).toBeLessThanOrEqual(10);
    const perMillisecond = Map.groupBy(sent, (at) => at);
    expect(perMillisecond.get(0)!.length).toBeLessThanOrEqual(11);
    perMillisecond.delete(0);
    expect(Math.max(...[...perMillisecond.values()].map(({ length }) => length))).toBeLessThan(10);
  });

  it('keeps to its rate in the long run: frames beyond it are spread', () => {
    const pacer = new Pacer(1_000_000);
    const sent: number[] = [];
    for (let frame = 0; frame < 30; frame += 1) {
      pacer.push(packets(20, sent), frame * 33);
      run(pacer, frame * 33, frame * 33 + 33);
    }
    expect(sent).toHaveLength(600);
    const spans = Map.groupBy(sent, (at) => Math.floor(at / 33));
    for (const times of spans.values()) expect(times.at(-1)! - times[0]!).toBeGreaterThan(3);
  });

  it('lets retransmissions go first', () => {
    const pacer = new Pacer(1_000_000);
    const order: string[] = [];
    const named = (name: string) => ({ bytes: 1100, send: () => order.push(name) });
    pacer.push([named('a'), named('b'), named('c')], 0);
    pacer.push([named('lost')], 0, true);
    run(pacer, 0, 20);
    expect(order).toEqual(['lost', 'a', 'b', 'c']);
  });

  it('drops the oldest where the path is gone', () => {
    const pacer = new Pacer(1_000_000);
    const sent: number[] = [];
    pacer.push(packets(3000, sent), 0);
    expect(pacer.dropped).toBeGreaterThan(0);
    run(pacer, 0, 100);
    expect(sent.length + pacer.dropped).toBe(3000);
  });
});
