import { describe, expect, it } from 'vitest';
import { NackList } from '../../../src/pipeline/accept/nack-list.ts';

describe('NackList', () => {
  it('asks for a hole after a moment of patience', () => {
    const list = new NackList();
    list.receive(100, 0);
    list.receive(103, 10);
    expect(list.poll(11)).toEqual({ ask: [], lost: [] });
    expect(list.due).toBe(13);
    expect(list.poll(13).ask).toEqual([101, 102]);
  });

  it('does not ask for what was only reordered', () => {
    const list = new NackList();
    list.receive(100, 0);
    list.receive(102, 10);
    list.receive(101, 11);
    expect(list.poll(20)).toEqual({ ask: [], lost: [] });
    expect(list.due).toBeUndefined();
  });

  it('asks again after a round trip, not before', () => {
    const list = new NackList();
    list.setRtt(50);
    list.receive(1, 0);
    list.receive(3, 0);
    expect(list.poll(3).ask).toEqual([2]);
    expect(list.poll(60).ask).toEqual([]);
    expect(list.poll(63).ask).toEqual([2]);
  });

  it('goes on asking on a slow path, and gives up by age alone', () => {
    const list = new NackList();
    list.setRtt(90);
    list.receive(1, 0);
    list.receive(3, 0);
    const asked: number[] = [];
    const lost: number[] = [];
    for (let now = 0; now < 600; now += 1) {
      const step = list.poll(now);
      if (step.ask.length > 0) asked.push(now);
      if (step.lost.length > 0) lost.push(now);
    }
    expect(asked).toEqual([3, 103, 203, 303]);
    expect(lost).toEqual([400]);
    expect(list.size).toBe(0);
  });

  it('works across the wrap in extended numbers', () => {
    const list = new NackList();
    list.receive(65_535, 0);
    list.receive(65_538, 0);
    expect(list.poll(3).ask.map((sequence) => sequence & 0xffff)).toEqual([0, 1]);
  });

  it('calls a hole too large to repair an outage and forgets it', () => {
    const list = new NackList();
    list.receive(1, 0);
    expect(list.receive(1000, 0)).toBe('outage');
    expect(list.size).toBe(0);
    expect(list.receive(1002, 1)).toBe('ok');
    expect(list.size).toBe(1);
  });

  it('forgets what nobody needs any more', () => {
    const list = new NackList();
    list.receive(1, 0);
    list.receive(5, 0);
    list.forgetBefore(4);
    expect(list.poll(3).ask).toEqual([4]);
  });
});
