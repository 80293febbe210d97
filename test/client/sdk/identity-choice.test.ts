import { describe, expect, it } from 'vitest';
import { ClientError } from '../../../src/client/sdk/client-error.ts';
import { IdentityChoice } from '../../../src/client/sdk/identity-choice.ts';

const refused = new ClientError('unknown_identity', 'No such identity.');

describe('the choice of an identity', () => {
  it('is answered each by its own request', async () => {
    const choice = new IdentityChoice('ada');
    const first = choice.wish('bruno');
    const second = choice.wish('celeste');
    choice.change('bruno', first.request);
    await first.done;
    expect(choice.wanted).toBe('celeste');
    choice.change('celeste', second.request);
    await second.done;
    expect(choice.wanted).toBe('celeste');
  });

  it('goes back to who is shown when it is refused', async () => {
    const choice = new IdentityChoice('ada');
    const { request, done } = choice.wish('nobody');
    expect(choice.refuse(request, refused)).toBe(true);
    await expect(done).rejects.toBe(refused);
    expect(choice.wanted).toBe('ada');
  });

  it('keeps a later wish when an earlier one is refused', async () => {
    const choice = new IdentityChoice('ada');
    const { request, done } = choice.wish('nobody');
    choice.wish('bruno');
    choice.refuse(request, refused);
    await expect(done).rejects.toBe(refused);
    expect(choice.wanted).toBe('bruno');
  });

  it('follows the server when it changes the identity by itself', () => {
    const choice = new IdentityChoice('deleted');
    choice.change('ada', undefined);
    expect(choice.wanted).toBe('ada');
  });

  it('does not know a request that was answered already', () => {
    expect(new IdentityChoice('ada').refuse('switch-7', refused)).toBe(false);
  });

  it('is settled by what a reconnection shows', async () => {
    const choice = new IdentityChoice('ada');
    const stale = choice.wish('celeste');
    const wanted = choice.wish('bruno');
    choice.settle('bruno');
    await wanted.done;
    await expect(stale.done).rejects.toMatchObject({ code: 'superseded' });
  });
});
