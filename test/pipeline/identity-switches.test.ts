import { expect, it } from 'vitest';
import { IdentitySwitches } from '../../src/pipeline/identity-switches.ts';

it('a switch is done with once the worker has answered it', async () => {
  const switches = new IdentitySwitches();
  const wanted = switches.want('vesper');
  expect(switches.next).toMatchObject({ request: 1, identity: 'vesper' });
  switches.ask(1);
  expect([switches.asked, switches.next]).toEqual([['vesper'], undefined]);
  expect(switches.done(1)).toBe('vesper');
  await wanted;
  expect(switches.size).toBe(0);
});

it('of two the newer is worn, also where the older is answered last', async () => {
  const switches = new IdentitySwitches();
  const wanted = ['slow', 'quick'].map((identity, index) => {
    const switched = switches.want(identity);
    switches.ask(index + 1);
    return switched;
  });
  expect(switches.done(2)).toBe('quick');
  expect(switches.done(1)).toBeUndefined();
  await Promise.all(wanted);
});

it('of those that no worker was asked for, the newest alone is wanted', async () => {
  const switches = new IdentitySwitches();
  const first = switches.want('first');
  switches.ask(1);
  const second = switches.want('second');
  const third = switches.want('third');
  await second;
  expect(switches.next).toMatchObject({ identity: 'third' });
  switches.workerLost();
  await first;
  expect([switches.size, switches.next?.identity]).toEqual([1, 'third']);
  const ended = new Error('ended');
  switches.failAll(ended);
  await expect(third).rejects.toBe(ended);
});

it('one that failed is told of to whoever waits for it alone', async () => {
  const switches = new IdentitySwitches();
  const broken = switches.want('broken');
  switches.ask(1);
  const whole = switches.want('whole');
  switches.fail(1, new Error('broken'));
  await expect(broken).rejects.toThrow('broken');
  switches.done(2);
  await whole;
  expect(switches.done(7)).toBeUndefined();
});
