import { describe, expect, it } from 'vitest';
import { SessionBudget } from '../../../src/pipeline/budget/session-budget.ts';
import { WorkerLoad } from '../../../src/pipeline/budget/worker-load.ts';
import type { RenderEffort } from '../../../src/pipeline/render/engine.ts';
import { seededRandom } from '../seeded-random.ts';

const EFFORTS = ['full', 'between', 'warp'] as const;

interface Member {
  readonly name: string;
  readonly fps: number;
  /** Seconds at which its camera goes on, at the beginning where left out. */
  readonly from?: number;
  cost(effort: RenderEffort): number;
}

interface Tally {
  drawn: number;
  overtaken: number;
  leftOut: number;
}

/** Sessions of one thread in simulated time, newest frame first to come: what became of their `last` seconds' frames. */
function share(members: readonly Member[], { budget, seconds, last = 5 }: Record<string, number>) {
  const load = new WorkerLoad();
  const sessions = members.map(({ name, fps, from = 0, cost }, i) => ({
    budget: new SessionBudget({ session: name, budget: budget!, fps: 30, load }),
    name,
    fps,
    cost,
    due: i * 5 + from * 1_000,
    waiting: undefined as number | undefined,
    tally: { drawn: 0, overtaken: 0, leftOut: 0 } as Tally,
  }));
  const end = seconds! * 1_000;
  const judged = end - last! * 1_000;
  for (let now = 0; now < end; ) {
    for (const each of sessions) {
      for (; each.due <= now; each.due += 1_000 / each.fps) {
        if (each.waiting !== undefined && now > judged) each.tally.overtaken++;
        each.waiting = each.due;
      }
    }
    const ready = sessions.filter(({ waiting }) => waiting !== undefined);
    if (ready.length === 0) {
      now = Math.min(...sessions.map(({ due }) => due));
      continue;
    }
    const next = ready.reduce((a, b) => (b.waiting! < a.waiting! ? b : a));
    const receivedAt = next.waiting!;
    next.waiting = undefined;
    const plan = next.budget.plan({ identity: 'marlow', receivedAt }, EFFORTS, now);
    const stages = { decode: 1, landmark: 4, encode: 2, render: 0 };
    if (plan.draw) stages.render = next.cost(plan.effort);
    const worked = plan.draw ? 7 + stages.render : 1;
    now += worked;
    if (!plan.draw) {
      next.budget.worked({ decode: 1 }, now);
      if (now > judged) next.tally.leftOut++;
      continue;
    }
    next.budget.drawn({ identity: 'marlow', effort: plan.effort, stages, receivedAt }, now);
    next.budget.turned(worked, worked);
    if (now > judged) next.tally.drawn++;
  }
  return Object.fromEntries(
    sessions.map(({ name, budget: { level }, tally }) => [name, { level, ...tally }]),
  );
}

const dear = (effort: RenderEffort) => (effort === 'full' ? 24 : 4);

describe('sessions that share a worker', () => {
  it('all have every frame drawn, with the effort that all of them can have', () => {
    const found = share(
      [
        { name: 'ann', fps: 30, cost: dear },
        { name: 'ben', fps: 30, cost: dear },
      ],
      { budget: 100, seconds: 40 },
    );
    for (const { drawn, overtaken } of Object.values(found)) {
      expect(drawn).toBeGreaterThan(4.8 * 30);
      expect(overtaken).toBeLessThan(3);
    }
  });

  it('give way with their effort, the slow camera too, before one of them leaves frames out', () => {
    const slow = (effort: RenderEffort) => (effort === 'full' ? 55 : 8);
    const quick = (effort: RenderEffort) => (effort === 'full' ? 30 : 9);
    const found = share(
      [
        { name: 'ann', fps: 30, cost: quick },
        { name: 'ben', fps: 10, cost: slow },
      ],
      { budget: 66, seconds: 60 },
    );
    expect(found.ann).toMatchObject({ level: 'warp' });
    expect(found.ann!.drawn).toBeGreaterThan(4.8 * 30);
    expect(found.ben!.drawn).toBeGreaterThan(4.8 * 10);
  });

  it.each([1, 2, 3])(
    'leave no frame out that others’ giving way makes room for, seed %i',
    (seed) => {
      const random = seededRandom(seed);
      const unsteady = (effort: RenderEffort) =>
        ({ full: 14.4, small: 9, between: 8, warp: 4.7 })[effort] * (0.9 + 0.3 * random());
      const found = share(
        [
          { name: 'ann', fps: 30, cost: unsteady },
          { name: 'ben', fps: 30, from: 6, cost: unsteady },
        ],
        { budget: 1_000 / 30, seconds: 120, last: 120 },
      );
      expect(found.ann).toMatchObject({ leftOut: 0, overtaken: 0 });
      expect(found.ben).toMatchObject({ leftOut: 0, overtaken: 0 });
    },
  );

  it('lose no frame while somebody joins them', () => {
    const found = share(
      [
        { name: 'ann', fps: 30, cost: (effort) => (effort === 'full' ? 15 : 4) },
        { name: 'ben', fps: 30, from: 10, cost: (effort) => (effort === 'full' ? 15 : 4) },
      ],
      { budget: 1_000 / 30, seconds: 13, last: 3.5 },
    );
    expect(found.ann!.drawn).toBeGreaterThanOrEqual(3.5 * 30 - 1);
    expect(found.ann!.overtaken).toBe(0);
    expect(found.ben!.drawn).toBeGreaterThanOrEqual(3 * 30 - 1);
  });
});
