import { describe, expect, it } from 'vitest';
import { ClientError } from '../../../src/client/sdk/client-error.ts';
import { PendingSwitches } from '../../../src/client/sdk/pending-switches.ts';

const refused = new ClientError('unknown_identity', 'No such identity.');

describe('pending switches', () => {
  it('are answered each by its own request', async () => {
    const switches = new PendingSwitches();
    const first = switches.add('ada');
    const second = switches.add('bruno');
    switches.resolve(second.request);
    await second.done;
    expect(switches.reject(first.request, refused)).toBe(true);
    await expect(first.done).rejects.toBe(refused);
  });

  it('do not know a request that was answered already', () => {
    expect(new PendingSwitches().reject('switch-7', refused)).toBe(false);
  });

  it('are settled by what a reconnection shows', async () => {
    const switches = new PendingSwitches();
    const stale = switches.add('ada');
    const wanted = switches.add('bruno');
    switches.settle('bruno');
    await wanted.done;
    await expect(stale.done).rejects.toMatchObject({ code: 'superseded' });
  });
});
