import { describe, expect, it } from 'vitest';
import { CapacityModel } from '../../../src/pipeline/budget/capacity-model.ts';
import { RENDER_EFFORTS, type RenderEffort } from '../../../src/pipeline/render/engine.ts';
import { seededRandom } from '../seeded-random.ts';
import { type Member, SimulatedWorker } from './simulated-worker.ts';

const EFFORTS = ['full', 'between', 'warp'] as const;
const SECOND = 1_000;
const FRAME = SECOND / 30;

/** What became of the `last` seconds' frames. */
function share(
  members: readonly Member[],
  { budget = FRAME, seconds = 0, last = 5, efforts = EFFORTS as readonly RenderEffort[] },
) {
  const worker = new SimulatedWorker({ budget, efforts });
  for (const member of members) worker.join(member);
  worker.run((seconds - last) * SECOND);
  worker.take();
  worker.run(last * SECOND);
  return worker.take();
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
          { name: 'ben', fps: 30, from: 6 * SECOND, cost: unsteady },
        ],
        { seconds: 120, last: 120 },
      );
      expect(found.ann).toMatchObject({ leftOut: 0, overtaken: 0 });
      expect(found.ben).toMatchObject({ leftOut: 0, overtaken: 0 });
    },
  );

  describe('and have two networks', () => {
    /** In the proportions of few-shot vid2vid at 512². */
    const cost = (effort: RenderEffort) => ({ full: 12, small: 8, between: 5, warp: 3.5 })[effort];
    const members = [
      { name: 'ann', fps: 30, cost },
      { name: 'ben', fps: 30, cost },
    ];

    it('draw the larger one every second frame where only the time of their worker is short', () => {
      const found = share(members, { budget: 100, seconds: 40, efforts: RENDER_EFFORTS });
      for (const each of Object.values(found))
        expect(each).toMatchObject({ level: 'alternate', overtaken: 0, leftOut: 0 });
    });

    it('draw the smaller one where the larger one would keep them waiting too long', () => {
      const found = share(members, { budget: 32, seconds: 40, efforts: RENDER_EFFORTS });
      const levels = Object.values(found).map(({ level }) => level);
      expect(levels).toContain('small');
      expect(levels).not.toContain('full');
      for (const each of Object.values(found))
        expect(each).toMatchObject({ overtaken: 0, leftOut: 0 });
    });
  });

  it('lose no frame while somebody joins them', () => {
    const found = share(
      [
        { name: 'ann', fps: 30, cost: (effort) => (effort === 'full' ? 15 : 4) },
        {
          name: 'ben',
          fps: 30,
          from: 10 * SECOND,
          cost: (effort) => (effort === 'full' ? 15 : 4),
        },
      ],
      { seconds: 13, last: 3.5 },
    );
    expect(found.ann!.drawn).toBeGreaterThanOrEqual(3.5 * 30 - 1);
    expect(found.ann!.overtaken).toBe(0);
    expect(found.ben!.drawn).toBeGreaterThanOrEqual(3 * 30 - 1);
  });
});

describe('a worker that sessions are let into', () => {
  /** Drawing without a network, and with one, in a worker that does so much beside the stages of a frame. */
  const ENGINES = [
    { efforts: ['full'], drawing: { full: 0.6 }, beside: 0, holds: 3 },
    { efforts: ['full'], drawing: { full: 0.6 }, beside: 2, holds: 2 },
    { efforts: EFFORTS, drawing: { full: 12, between: 6, warp: 0.6 }, beside: 0.5, holds: 3 },
    { efforts: EFFORTS, drawing: { full: 14, between: 9, warp: 4 }, beside: 0.5, holds: 2 },
  ] as const;

  function open({ efforts, drawing, beside }: (typeof ENGINES)[number], seed = 1) {
    const worker = new SimulatedWorker({ budget: FRAME, efforts, beside });
    const model = new CapacityModel({ fps: 30, budget: FRAME });
    const cheapest = Math.min(...Object.values(drawing));
    model.calibrate({ mean: 7 + cheapest, high: 8 + cheapest });
    const random = seededRandom(seed);
    /** What other programs cost for a while. */
    const disturbed = { by: 0 };
    const cost = (effort: RenderEffort) =>
      (drawing as Partial<Record<RenderEffort, number>>)[effort]! * (0.85 + 0.3 * random()) +
      disturbed.by;
    const fits = () => model.verdict({ workers: [worker.view], cores: 8, mainLoad: 0 }).fits;
    return {
      worker,
      fits,
      disturbed,
      join: () => worker.join({ name: `s${worker.count}`, fps: 30, cost }),
    };
  }

  /** Lets in who fits, one in six seconds, for a while. */
  function fill({ worker, fits, join }: ReturnType<typeof open>, seconds = 60) {
    for (let passed = 0; passed < seconds; passed += 6) {
      if (fits()) join();
      worker.run(6 * SECOND);
    }
  }

  it.each(ENGINES)(
    'draws every frame of $holds, which is all that are let in: $beside ms beside',
    (engine) => {
      const opened = open(engine);
      const { worker, join } = opened;
      fill(opened);
      expect(worker.count).toBe(engine.holds);
      worker.take();
      worker.run(60 * SECOND);
      for (const tally of Object.values(worker.take()))
        expect(tally).toMatchObject({ leftOut: 0, overtaken: 0 });
      join();
      join();
      worker.run(60 * SECOND);
      const crowded = Object.values(worker.take());
      expect(
        crowded.reduce((sum, tally) => sum + tally.leftOut + tally.overtaken, 0),
      ).toBeGreaterThan(100);
    },
  );

  it('lets nobody in because those who are too many draw hardly anything', () => {
    const opened = open(ENGINES[2]);
    const { worker, join, fits } = opened;
    for (let i = 0; i < 7; i++) join();
    for (let second = 0; second < 60; second++) {
      worker.run(SECOND);
      expect(fits()).toBe(false);
    }
    expect(Object.values(worker.take()).some(({ leftOut }) => leftOut > 500)).toBe(true);
  });

  it('is open again soon after a second in which it did nothing but collect garbage', () => {
    const opened = open(ENGINES[3]);
    const { worker, fits, join } = opened;
    join();
    worker.run(20 * SECOND);
    expect(fits()).toBe(true);
    worker.stall(SECOND);
    worker.run(4 * SECOND);
    expect(fits()).toBe(true);
  });

  it.each(ENGINES)(
    'does not open and shut while nothing changes: $holds held, $beside ms beside',
    (engine) => {
      const opened = open(engine);
      fill(opened);
      const answers: boolean[] = [];
      for (let second = 0; second < 120; second++) {
        opened.worker.run(SECOND);
        answers.push(opened.fits());
      }
      expect(answers.filter((fits) => fits)).toEqual([]);
    },
  );

  it('is open in a second or two in which its frames take longer, and shut when that lasts', () => {
    const { worker, fits, join, disturbed } = open(ENGINES[0]);
    join();
    worker.run(20 * SECOND);
    disturbed.by = 10;
    for (let second = 0; second < 3; second++) {
      worker.run(SECOND);
      expect(fits()).toBe(true);
    }
    worker.run(5 * SECOND);
    expect(fits()).toBe(false);
  });

  it('has a place again when somebody leaves', () => {
    const opened = open(ENGINES[2]);
    fill(opened);
    opened.worker.leave('s0');
    expect(opened.fits()).toBe(true);
  });
});
