import { beforeEach, describe, expect, it } from 'vitest';
import { type FramePlan, SessionBudget } from '../../../src/pipeline/budget/session-budget.ts';
import { WorkerLoad } from '../../../src/pipeline/budget/worker-load.ts';
import type { RenderEffort } from '../../../src/pipeline/render/engine.ts';
import { seededRandom } from '../seeded-random.ts';

let load: WorkerLoad;
let session: SessionBudget;
let now: number;

beforeEach(() => {
  load = new WorkerLoad();
  session = create();
  now = 0;
});

const create = (fps = 30, budget = 1_000 / fps) =>
  new SessionBudget({ session: 'a', budget, fps, load });

/** Frames at a rate; each that is drawn costs what its effort costs. */
function play(
  frames: number,
  cost: (effort: RenderEffort) => number,
  {
    fps = 30,
    efforts = ['full'] as readonly RenderEffort[],
    jitter = (): number => 0,
    wait = (): number => 1,
    free = 1,
  } = {},
): FramePlan[] {
  const plans: FramePlan[] = [];
  for (let frame = 0; frame < frames; frame++, now += 1_000 / fps) {
    const receivedAt = now + jitter();
    const plan = session.plan({ identity: 'marlow', receivedAt }, efforts, receivedAt);
    plans.push(plan);
    const stages = { decode: 1, landmark: 4, encode: 2 };
    if (!plan.draw) {
      session.worked({ decode: 1 }, receivedAt);
      continue;
    }
    const render = cost(plan.effort);
    const { effort } = plan;
    const drawn = { identity: 'marlow', effort, stages: { ...stages, render }, receivedAt };
    session.drawn(drawn, receivedAt + 7 + render + wait());
    session.turned(7 + render, (7 + render) * free);
  }
  return plans;
}

const drawn = (plans: readonly FramePlan[]) => plans.filter(({ draw }) => draw).length;
const reasons = (plans: readonly FramePlan[]) => [
  ...new Set(plans.flatMap((plan) => (plan.draw ? [] : [plan.reason]))),
];

describe('the budget of a session', () => {
  it('has every frame drawn that fits', () => {
    expect(drawn(play(300, () => 10))).toBe(300);
    expect([session.level, session.reason]).toEqual(['full', 'within-budget']);
    expect(session.cost('marlow', undefined, now)).toEqual({ mean: 17, high: 17 });
    expect(load.of('a', now)).toBeCloseTo(17 / 33.3, 1);
  });

  it('lets every second frame go, and says so, where drawing one takes longer than there is', () => {
    play(60, () => 40);
    const plans = play(60, () => 40);
    expect([drawn(plans), reasons(plans)]).toEqual([30, ['half-rate']]);
    expect([session.level, session.reason]).toEqual(['half', 'own-cost']);
  });

  it('has the network run every second frame where that is what fits', () => {
    const efforts = ['full', 'between', 'warp'] as const;
    const cost = (effort: RenderEffort) => (effort === 'full' ? 24 : 3);
    // While its network runs for every frame, another session's cannot.
    const wait = () => (session.level === 'full' ? 8 : 1);
    play(90, cost, { efforts, wait });
    const plans = play(20, cost, { efforts, wait });
    expect([session.level, session.reason]).toEqual(['alternate', 'own-cost']);
    expect(plans.slice(0, 2).map((plan) => plan.draw && plan.effort)).toEqual(['full', 'between']);
    expect(drawn(plans)).toBe(20);
  });

  it('costs for admission what it needs at the least to draw every frame, not what it does at its best', () => {
    const efforts = ['full', 'between', 'warp'] as const;
    play(300, (effort) => (effort === 'full' ? 16 : 4), { efforts });
    expect(session.level).toBe('full');
    expect(session.cost('marlow', efforts, now)).toEqual({ mean: 11.8, high: 11.8 });
    expect(load.of('a', now)).toBeCloseTo(23 / 33.3, 1);
  });

  it('draws what answers no camera frame with the effort of its level, too', () => {
    const efforts = ['full', 'between', 'warp'] as const;
    expect(session.effort('marlow', efforts, now)).toBe('full');
    play(90, (effort) => (effort === 'warp' ? 3 : 40), { efforts });
    expect(session.effort('marlow', efforts, now)).toBe('warp');
  });

  it('learns nothing of what frames cost from one that carries on the last', () => {
    play(60, () => 12);
    for (let fill = 0; fill < 60; fill++)
      session.drawn(
        { identity: 'marlow', effort: undefined, stages: { render: 1 }, receivedAt: undefined },
        now,
      );
    expect(session.cost('marlow', undefined, now)?.mean).toBeCloseTo(19);
  });

  it('draws a frame now and then where it holds', () => {
    play(60, () => 90);
    const plans = play(60, () => 90);
    expect([drawn(plans), reasons(plans)]).toEqual([4, ['hold']]);
  });

  it.each([15, 24, 30, 60])('draws no more than %i frames a second, if that is the rate', (fps) => {
    session = create(fps);
    const plans = play(600, () => 0.5, { fps: 60 });
    expect(drawn(plans)).toBeGreaterThanOrEqual(10 * fps - 2);
    expect(drawn(plans)).toBeLessThanOrEqual(10 * fps + 2);
    if (fps < 60) expect(reasons(plans)).toEqual(['over-rate']);
  });

  it('loses no frame to the jitter of a camera at that rate', () => {
    const random = seededRandom(7);
    const plans = play(900, () => 3, { jitter: () => random() * 9 });
    expect(drawn(plans)).toBeGreaterThan(890);
  });

  it('says what it would cost at the highest level, also while it is at a lower one', () => {
    expect(session.cost('marlow', undefined, now)).toBeUndefined();
    play(90, () => 40);
    expect(session.level).toBe('half');
    expect(session.cost('marlow', undefined, now)?.mean).toBeCloseTo(47);
  });

  it('costs no more because other programs keep it from its core', () => {
    play(300, () => 13, { free: 0.5 });
    expect(session.cost('marlow', undefined, now)?.mean).toBeCloseTo(10);
  });

  it('leaves nothing of its load behind', () => {
    play(60, () => 10);
    session.close();
    expect(load.total(now)).toBe(0);
  });

  it('takes a backlog that it decoded for no cost of a frame', () => {
    play(60, () => 10);
    const stages = { decode: 12, landmark: 4, encode: 2, render: 10 };
    for (let frame = 0; frame < 60; frame++, now += 1_000 / 30) {
      session.plan({ identity: 'marlow', receivedAt: now }, ['full'], now);
      const drawn = { identity: 'marlow', effort: 'full', stages, receivedAt: now } as const;
      session.drawn({ ...drawn, decoded: 12 }, now + 28);
    }
    expect([session.level, session.reason]).toEqual(['full', 'within-budget']);
    expect(session.cost('marlow', undefined, now)).toMatchObject({ mean: 17, high: 17 });
  });
});
