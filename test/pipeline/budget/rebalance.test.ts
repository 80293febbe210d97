import { describe, expect, it } from 'vitest';
import { type BusyWorker, rebalance, shareOf } from '../../../src/pipeline/budget/rebalance.ts';

const worker = (shares: Record<string, number>, extra: Partial<BusyWorker> = {}): BusyWorker => ({
  ready: true,
  identities: [],
  sessions: Object.entries(shares).map(([id, share]) => ({
    id,
    share,
    identity: `face-of-${id}`,
    fixed: false,
  })),
  ...extra,
});

describe('rebalancing', () => {
  it('leaves workers alone that can do what is asked of them', () => {
    expect(rebalance([worker({ a: 0.4, b: 0.4 }), worker({})])).toBeUndefined();
  });

  it('moves the session that evens an overloaded worker out best', () => {
    const workers = [worker({ a: 0.2, b: 0.5, c: 0.35 }), worker({ d: 0.25 })];
    expect(rebalance(workers)).toEqual({ session: 'c', from: 0, to: 1 });
  });

  it('prefers the worker that holds the identity', () => {
    const workers = [
      worker({ a: 0.5, b: 0.5 }),
      worker({ c: 0.1 }),
      worker({ d: 0.15 }, { identities: ['face-of-b'] }),
    ];
    expect(rebalance(workers)).toEqual({ session: 'b', from: 0, to: 2 });
  });

  it('moves nothing to a worker that would then be busy itself, or is not there', () => {
    expect(rebalance([worker({ a: 0.5, b: 0.5 }), worker({ c: 0.5 })])).toBeUndefined();
    expect(rebalance([worker({ a: 0.5, b: 0.5 }), worker({}, { ready: false })])).toBeUndefined();
  });

  it('does not move the one session that is too much for any worker to and fro', () => {
    expect(rebalance([worker({ a: 1.2 }), worker({})])).toBeUndefined();
  });

  it('leaves a session where it is whose camera sends no keyframe', () => {
    const fixed = worker({ a: 0.6, b: 0.5 });
    const sessions = fixed.sessions.map((session) => ({ ...session, fixed: true }));
    expect(rebalance([{ ...fixed, sessions }, worker({})])).toBeUndefined();
  });

  it('comes to rest', () => {
    let workers = [worker({ a: 0.3, b: 0.3, c: 0.3, d: 0.3, e: 0.3 }), worker({}), worker({})];
    let moves = 0;
    for (let move = rebalance(workers); move; move = rebalance(workers)) {
      const { session, from, to } = move;
      const moved = workers[from]!.sessions.find(({ id }) => id === session)!;
      workers = workers.map((each, i) => ({
        ...each,
        sessions: [
          ...each.sessions.filter(({ id }) => id !== session),
          ...(i === to ? [moved] : []),
        ],
      }));
      moves++;
    }
    expect(moves).toBe(2);
  });

  it('knows the share of a worker that frames take', () => {
    expect(shareOf({ mean: 10, high: 20 }, 30)).toBeCloseTo(0.3);
  });
});
