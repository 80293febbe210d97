import { describe, expect, it } from 'vitest';
import { FrameTurns } from '../../../src/pipeline/budget/frame-turns.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the turns of a worker', () => {
  it('are given at once while nobody works', async () => {
    const turns = new FrameTurns();
    for (let frame = 0; frame < 3; frame++) (await turns.take(frame)).end();
  });

  it('go to the earliest deadline, whoever asked first, one at a time', async () => {
    const turns = new FrameTurns();
    const order: number[] = [];
    let working = 0;
    let most = 0;
    const work = async (deadline: number) => {
      const turn = await turns.take(deadline);
      most = Math.max(most, ++working);
      order.push(deadline);
      await settle();
      working--;
      turn.end();
    };
    await Promise.all([10, 40, 30, 20].map(work));
    expect(order).toEqual([10, 20, 30, 40]);
    expect(most).toBe(1);
  });

  it('cannot be taken between the end of one and the beginning of the next', async () => {
    const turns = new FrameTurns();
    const first = await turns.take(1);
    const order: string[] = [];
    const second = turns.take(2).then((done) => {
      order.push('second');
      return done;
    });
    first.end();
    const third = turns.take(0).then((done) => {
      order.push('third');
      return done;
    });
    (await second).end();
    (await third).end();
    expect(order).toEqual(['second', 'third']);
  });

  it('tell of the first end at which nobody waits for one', async () => {
    const turns = new FrameTurns();
    const told: string[] = [];
    void turns.ended().then(() => told.push('ended'));
    await settle();
    expect(told).toEqual([]);
    const first = await turns.take(1);
    const second = turns.take(2);
    first.end();
    await settle();
    expect(told).toEqual([]);
    (await second).end();
    await settle();
    expect(told).toEqual(['ended']);
    void turns.ended().then(() => told.push('again'));
    (await turns.take(3)).end();
    await settle();
    expect(told).toEqual(['ended', 'again']);
  });

  it('belong to others while one waits for something else, and come back by its deadline', async () => {
    const turns = new FrameTurns();
    const order: string[] = [];
    const first = await turns.take(1);
    const [second, third] = [turns.take(2), turns.take(3)];
    let arrive: (what: string) => void = () => undefined;
    const paused = first
      .pause(() => {
        order.push('first asks');
        return new Promise<string>((resolve) => {
          arrive = resolve;
        });
      })
      .then((what) => order.push(`first has ${what}`));
    order.push('second works');
    const other = await second;
    arrive('it');
    await settle();
    order.push('second ends');
    other.end();
    await paused;
    first.end();
    (await third).end();
    expect(order).toEqual(['first asks', 'second works', 'second ends', 'first has it']);
  });

  it('come back also to one that waited in vain', async () => {
    const turns = new FrameTurns();
    const turn = await turns.take(1);
    await expect(turn.pause(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    let next = false;
    const second = turns.take(2).then((taken) => {
      next = true;
      return taken;
    });
    await settle();
    expect(next).toBe(false);
    turn.end();
    (await second).end();
  });

  it('are idle when all have ended or paused', async () => {
    const turns = new FrameTurns();
    await turns.idle();
    const turn = await turns.take(1);
    const second = turns.take(2);
    const order: string[] = [];
    const idle = turns.idle().then(() => order.push('idle'));
    const paused = turn.pause(async () => {
      await idle;
      order.push('answered');
    });
    order.push('paused');
    const other = await second;
    order.push('second works');
    other.end();
    await paused;
    expect(order).toEqual(['paused', 'second works', 'idle', 'answered']);
    turn.end();
  });
});
