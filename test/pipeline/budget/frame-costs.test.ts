import { describe, expect, it } from 'vitest';
import { FrameCosts } from '../../../src/pipeline/budget/frame-costs.ts';
import { ladderOf, type Rung } from '../../../src/pipeline/budget/quality-level.ts';
import { RENDER_EFFORTS, type RenderEffort } from '../../../src/pipeline/render/engine.ts';

const [full, alternate, small, warp, half] = ladderOf(RENDER_EFFORTS);

function feed(
  costs: FrameCosts,
  effort: RenderEffort,
  render: number,
  { frames = 40, identity = 'marlow', wait = 2, from = 0 } = {},
): number {
  let now = from;
  for (let frame = 0; frame < frames; frame++, now += 33) {
    const stages = { decode: 1, landmark: 4, pose: 0.5, render, encode: 2 };
    costs.record({ identity, effort, stages, wait }, now);
  }
  return now;
}

describe('the costs of a session’s frames', () => {
  it('are the sum of what its stages took, with the wait apart', () => {
    const costs = new FrameCosts();
    const now = feed(costs, 'full', 10);
    expect(costs.forecast('marlow', full!, now)).toEqual({
      own: 17.5,
      wait: 2,
      usualWait: 2,
      mean: 17.5,
    });
  });

  it('are known for each effort, and the mean of both where they alternate', () => {
    const costs = new FrameCosts();
    let now = feed(costs, 'full', 20);
    now = feed(costs, 'small', 10, { from: now });
    now = feed(costs, 'between', 2, { from: now });
    const forecast = (rung: Rung) => {
      const { own, mean } = costs.forecast('marlow', rung, now);
      return [own, mean];
    };
    expect([full!, alternate!, small!].map(forecast)).toEqual([
      [27.5, 27.5],
      [27.5, 18.5],
      [17.5, 13.5],
    ]);
  });

  it('count a frame that is not drawn as decoded all the same', () => {
    const costs = new FrameCosts();
    const now = feed(costs, 'warp', 3.5);
    expect(costs.forecast('marlow', half!, now)).toMatchObject({ own: 11, mean: 1 + 10 / 2 });
  });

  it('are guessed lower for an effort that was never measured', () => {
    const costs = new FrameCosts();
    const now = feed(costs, 'full', 20);
    expect(costs.forecast('marlow', warp!, now).own).toBeCloseTo(7.5 + 6);
  });

  it('are another matter for another identity, and remembered for a few of them', () => {
    const costs = new FrameCosts();
    let now = feed(costs, 'full', 20);
    for (const identity of ['a', 'b', 'c', 'd'])
      now = feed(costs, 'full', 5, { identity, from: now });
    expect(costs.forecast('d', full!, now).own).toBe(12.5);
    expect(costs.forecast('marlow', full!, now).own).toBe(7.5);
  });

  it('follow the machine, and leave the first frames out', () => {
    const costs = new FrameCosts();
    expect(costs.known).toBe(false);
    let now = feed(costs, 'full', 90, { frames: 5 });
    now = feed(costs, 'full', 10, { frames: 30, from: now });
    expect(costs.forecast('marlow', full!, now).own).toBe(17.5);
    now = feed(costs, 'full', 30, { frames: 90, from: now });
    expect(costs.forecast('marlow', full!, now).own).toBe(37.5);
    expect(costs.known).toBe(true);
  });

  it('are not known from what an avatar draws of itself while no camera is there', () => {
    const costs = new FrameCosts();
    for (let now = 0; now < 3_000; now += 33) {
      const stages = { pose: 0.5, render: 3, encode: 2 };
      costs.record({ identity: 'marlow', effort: 'full', stages, wait: undefined }, now);
    }
    expect(costs.known).toBe(false);
  });

  it('forget how long frames waited when asked to', () => {
    const costs = new FrameCosts();
    const now = feed(costs, 'full', 10, { wait: 50 });
    costs.forgetWaits();
    expect(costs.forecast('marlow', full!, now).wait).toBe(0);
  });
});
