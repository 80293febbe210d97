import { describe, expect, it } from 'vitest';
import { FrameTurns } from '../../../src/pipeline/budget/frame-turns.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the turns of a worker', () => {
  it('are given at once while nobody works', async () => {
    const turns = new FrameTurns();
    for (let frame = 0; frame < 3; frame++) (await turns.take(frame))();
  });

  it('go to the earliest deadline, whoever asked first, one at a time', async () => {
    const turns = new FrameTurns();
    const order: number[] = [];
    let working = 0;
    let most = 0;
    const work = async (deadline: number) => {
      const end = await turns.take(deadline);
      most = Math.max(most, ++working);
      order.push(deadline);
      await settle();
      working--;
      end();
    };
    await Promise.all([10, 40, 30, 20].map(work));
    expect(order).toEqual([10, 20, 30, 40]);
    expect(most).toBe(1);
  });

  it('cannot be taken between the end of one and the beginning of the next', async () => {
    const turns = new FrameTurns();
    const end = await turns.take(1);
    const order: string[] = [];
    const second = turns.take(2).then((done) => {
      order.push('second');
      return done;
    });
    end();
    const third = turns.take(0).then((done) => {
      order.push('third');
      return done;
    });
    (await second)();
    (await third)();
    expect(order).toEqual(['second', 'third']);
  });
});
