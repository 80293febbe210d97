import { beforeEach, describe, expect, it } from 'vitest';
import type { Forecast } from '../../../src/pipeline/budget/frame-costs.ts';
import {
  CLIMB_AFTER,
  LevelScheduler,
  type LevelView,
  LONGEST_CLIMB_AFTER,
  MIN_DWELL,
} from '../../../src/pipeline/budget/level-scheduler.ts';
import { ladderOf } from '../../../src/pipeline/budget/quality-level.ts';
import { RENDER_EFFORTS } from '../../../src/pipeline/render/engine.ts';
import type { QualityLevel } from '../../../src/signaling/session-stats.ts';

const BUDGET = 33;
const FRAME = 33;

/** What each level costs this session, and what others leave it. */
interface World {
  own: Partial<Record<QualityLevel, number>>;
  /** Of levels whose frames are not alike, what they cost on average. */
  mean?: Partial<Record<QualityLevel, number>>;
  wait: number;
  /** Of a bad case, what is the rule. */
  usual?: number;
  others: number;
  pressed?: boolean;
  returning?: boolean;
  spare?: boolean;
}

let scheduler: LevelScheduler;
let now: number;
let changes: { at: number; level: QualityLevel; reason: string }[];
let efforts = RENDER_EFFORTS.slice();
let turn = true;

beforeEach(() => {
  scheduler = new LevelScheduler();
  now = 0;
  changes = [];
  efforts = RENDER_EFFORTS.slice();
  turn = true;
});

const meanOf = ({ own, mean, usual = 1 }: World, level: QualityLevel): number =>
  (mean?.[level] ?? own[level] ?? 1) * usual;

const view = (world: World): LevelView => ({
  now,
  ladder: ladderOf(efforts),
  budget: BUDGET,
  forecast: ({ level, every }): Forecast => {
    return {
      own: world.own[level] ?? 1,
      wait: world.wait,
      usualWait: world.wait * (world.usual ?? 1),
      mean: meanOf(world, level) / every,
    };
  },
  othersLoad: world.others,
  ownLoad: ({ level, every }) => meanOf(world, level) / every / FRAME,
  othersPressed: world.pressed ?? false,
  othersWant: (world.pressed || world.returning) ?? false,
  othersSpare: world.spare ?? false,
  mayClimb: () => turn,
});

function play(duration: number, world: World): void {
  for (const end = now + duration; now < end; now += FRAME) {
    const before = scheduler.level;
    scheduler.choose(view(world));
    const { level, reason } = scheduler;
    if (level !== before) changes.push({ at: now, level, reason });
  }
}

const levels = () => changes.map(({ level }) => level);
const EASY: World = {
  own: { full: 20, alternate: 20, small: 12, warp: 8, half: 8, hold: 8 },
  mean: { alternate: 14, small: 10 },
  wait: 2,
  others: 0,
};

describe('the level of a session', () => {
  it('stays full while frames meet their deadlines', () => {
    play(60_000, EASY);
    expect([scheduler.level, scheduler.reason]).toEqual(['full', 'within-budget']);
    expect(changes).toEqual([]);
  });

  it('falls at the first frame for which it would be too dear, to the dearest that fits', () => {
    play(5_000, EASY);
    const from = now;
    play(3_000, { ...EASY, own: { full: 60, alternate: 60, small: 40, warp: 9 } });
    expect(changes).toEqual([{ at: from, level: 'warp', reason: 'own-cost' }]);
  });

  it('passes over a level whose dearest frames are as dear, where those are what is too dear', () => {
    play(3_000, { ...EASY, own: { ...EASY.own, full: 40, alternate: 40 } });
    expect(levels()).toEqual(['small']);
    expect(scheduler.reason).toBe('own-cost');
  });

  it('goes down step by step while other sessions keep it waiting', () => {
    play(10_000, { ...EASY, wait: 30, others: 0.9 });
    expect(levels().slice(0, 3)).toEqual(['alternate', 'small', 'warp']);
    expect(scheduler.reason).toBe('shared-load');
  });

  it('falls where newer frames would overtake those it draws, though each that it draws is in time', () => {
    play(5_000, { ...EASY, own: { ...EASY.own, full: 32.4, alternate: 32.4 }, wait: 0.2 });
    expect([scheduler.level, scheduler.reason]).toEqual(['alternate', 'own-cost']);
  });

  it('makes room for a session that cannot draw every frame, and leaves out none of its own', () => {
    play(10_000, { ...EASY, pressed: true });
    expect(levels()).toEqual(['alternate', 'small', 'warp']);
    expect([scheduler.reason, scheduler.standing]).toEqual(['shared-load', 'content']);
    play(20_000, EASY);
    expect([scheduler.level, scheduler.standing]).toEqual(['full', 'spare']);
  });

  it('leaves no frame out while others draw with more effort than they must', () => {
    play(20_000, { ...EASY, wait: 30, others: 0.9, spare: true });
    expect([scheduler.level, scheduler.standing]).toEqual(['warp', 'pressed']);
    play(2_000, { ...EASY, wait: 30, others: 0.9 });
    expect([scheduler.level, scheduler.standing]).toEqual(['half', 'pressed']);
  });

  it('lets another draw every frame again before it draws its own with more effort', () => {
    play(10_000, { ...EASY, pressed: true });
    play(30_000, { ...EASY, returning: true });
    expect([scheduler.level, scheduler.reason]).toEqual(['warp', 'shared-load']);
  });

  it('presses others, whatever it fell for, once it would fit without them', () => {
    play(5_000, { ...EASY, own: { full: 60, alternate: 60, small: 60, warp: 60, half: 60 } });
    expect([scheduler.level, scheduler.standing]).toEqual(['half', 'content']);
    play(1_000, { ...EASY, others: 0.8 });
    expect([scheduler.level, scheduler.standing]).toEqual(['half', 'pressed']);
    play(1_000, EASY);
    expect([scheduler.level, scheduler.standing]).toEqual(['half', 'returning']);
  });

  it('presses nobody where its own frames are too dear', () => {
    play(5_000, { ...EASY, own: { full: 60, alternate: 60, small: 60, warp: 60, half: 60 } });
    expect([scheduler.level, scheduler.standing]).toEqual(['half', 'content']);
  });

  it('allows a frame that stands for two the time of two', () => {
    efforts = ['full'];
    play(20_000, { own: { full: 50, half: 50, hold: 50 }, wait: 1, others: 0 });
    expect([scheduler.level, scheduler.reason]).toEqual(['half', 'own-cost']);
  });

  it('holds the picture where nothing fits, once leaving frames out has not helped', () => {
    play(5_000, { ...EASY, own: { full: 200, alternate: 200, small: 200, warp: 200, half: 200 } });
    expect(levels()).toEqual(['half', 'hold']);
  });

  it('does not hold the picture for frames that are late now and then', () => {
    const own = { full: 200, alternate: 200, small: 200, warp: 70, half: 70, hold: 70 };
    play(10_000, { ...EASY, own, wait: 20, usual: 0.3 });
    expect(scheduler.level).toBe('half');
    play(10_000, { ...EASY, own, wait: 20 });
    expect(scheduler.level).toBe('hold');
  });

  it('climbs one step at a time once the step above has fitted for a while', () => {
    play(1_000, { ...EASY, own: { full: 60, alternate: 60, small: 50, warp: 8 } });
    const calm = now;
    play(20_000, EASY);
    expect(levels()).toEqual(['warp', 'small', 'alternate', 'full']);
    expect(changes[1]!.at - calm).toBeGreaterThanOrEqual(CLIMB_AFTER);
    for (const [i, change] of changes.slice(2).entries())
      expect(change.at - changes[i + 1]!.at).toBeGreaterThanOrEqual(CLIMB_AFTER);
    expect(scheduler.reason).toBe('within-budget');
  });

  it('does not climb into what would only just fit', () => {
    play(1_000, { ...EASY, own: { ...EASY.own, full: 60, alternate: 60 } });
    play(30_000, { ...EASY, own: { ...EASY.own, full: 28, alternate: 28 } });
    expect([scheduler.level, scheduler.reason]).toEqual(['small', 'own-cost']);
  });

  it('asks for less certainty where it would draw every frame again', () => {
    efforts = ['full'];
    play(5_000, { ...EASY, own: { full: 60, half: 60 } });
    expect(scheduler.level).toBe('half');
    play(5_000, { own: { full: 20, half: 20 }, wait: 9, others: 0.1 });
    expect(scheduler.level).toBe('full');
  });

  it('does not climb while that would leave the worker no room', () => {
    play(1_000, { ...EASY, wait: 30, others: 0.9 });
    const { level } = scheduler;
    play(30_000, { ...EASY, others: 0.5 });
    expect([scheduler.level, scheduler.reason]).toEqual([level, 'shared-load']);
  });

  it('waits for its turn to climb', () => {
    play(1_000, { ...EASY, own: { ...EASY.own, full: 60, alternate: 60 } });
    turn = false;
    play(10_000, EASY);
    expect([scheduler.level, scheduler.reason]).toEqual(['small', 'recovering']);
    turn = true;
    play(100, EASY);
    expect(scheduler.level).toBe('alternate');
  });

  it('never flickers, however the costs jump', () => {
    for (let jump = 0; jump < 400; jump++) {
      const dear = jump % 2 === 0;
      play(300, dear ? { ...EASY, own: { full: 60, alternate: 60, small: 45 }, wait: 30 } : EASY);
    }
    for (const [i, change] of changes.slice(1).entries())
      expect(change.at - changes[i]!.at).toBeGreaterThanOrEqual(MIN_DWELL);
    expect(changes.length).toBeLessThan(10);
  });

  it('climbs less and less often where climbing does not last', () => {
    efforts = ['full'];
    // The step above looks cheap from below, and is not.
    for (let second = 0; second < 600; second++)
      play(1_000, {
        own: { full: scheduler.level === 'full' ? 60 : 20, half: 20 },
        wait: 0,
        others: 0,
      });
    const climbs = changes.filter(({ level }) => level === 'full').map(({ at }) => at);
    const gaps = climbs.slice(1).map((at, i) => at - climbs[i]!);
    expect(gaps.at(-1)).toBeGreaterThanOrEqual(LONGEST_CLIMB_AFTER);
    expect(climbs.length).toBeLessThan(20);
  });

  it('draws every frame again as soon as ever, however often more effort did not last', () => {
    efforts = ['full', 'between', 'warp'];
    const own = { full: 60, warp: 8, half: 8 };
    for (let second = 0; second < 120; second++)
      play(1_000, {
        own: { ...own, alternate: scheduler.level === 'alternate' ? 60 : 11 },
        wait: 0,
        others: 0,
      });
    expect(levels().filter((level) => level === 'alternate').length).toBeGreaterThan(3);
    play(60_000, { ...EASY, own: { ...own, alternate: 60 } });
    expect(scheduler.level).toBe('warp');
    play(2_000, { own: { ...own, alternate: 60 }, wait: 40, others: 0 });
    expect(scheduler.level).toBe('half');
    const calm = now;
    play(5_000, { own: { ...own, alternate: 60 }, wait: 2, others: 0 });
    expect(scheduler.level).toBe('warp');
    expect(changes.at(-1)!.at - calm).toBeLessThan(CLIMB_AFTER + 2 * MIN_DWELL);
  });

  it('starts over at the top of the ladder of another engine’s identity', () => {
    play(1_000, { ...EASY, own: { full: 60, alternate: 60, small: 50 } });
    expect(scheduler.level).toBe('warp');
    efforts = ['full'];
    play(100, EASY);
    expect(scheduler.level).toBe('full');
  });

  it('begins beside others with what there is room for', () => {
    expect(scheduler.begin(view({ ...EASY, others: 0.5 })).level).toBe('small');
    expect([scheduler.level, scheduler.reason]).toEqual(['small', 'shared-load']);
    // What came to light since is for the scheduler to weigh, not another beginning.
    expect(scheduler.begin(view({ ...EASY, others: 0.1 })).level).toBe('small');
  });

  it('begins with every frame drawn, however full the worker', () => {
    expect(scheduler.begin(view({ ...EASY, others: 0.94, pressed: true })).level).toBe('warp');
  });

  it('begins at its best where it is alone, whatever others’ frames cost before', () => {
    expect(scheduler.begin(view({ ...EASY, own: { full: 31 } })).level).toBe('full');
  });
});
