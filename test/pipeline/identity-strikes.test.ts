import { describe, expect, it } from 'vitest';
import {
  IDENTITY_MEMORY,
  IdentityStrikes,
  refusedIdentity,
  TRIAL_AFTER,
} from '../../src/pipeline/identity-strikes.ts';
import { MAX_STRIKES } from '../../src/pipeline/strikes.ts';
import { seededRandom } from './seeded-random.ts';

describe('an identity with which workers died', () => {
  it('is suspect from the first time on, refused after too many, and can be tried again when they are forgotten', () => {
    const identities = new IdentityStrikes();
    expect(identities.standing('vesper', 0)).toBe('clear');
    for (let strike = 0; strike < MAX_STRIKES; strike++) {
      identities.strike(['vesper'], strike * 5_000);
      expect(identities.standing('vesper', strike * 5_000)).toBe(
        strike + 1 < MAX_STRIKES ? 'suspect' : 'refused',
      );
    }
    expect(identities.standing('marlow', 10_000)).toBe('clear');
    expect(identities.standing('vesper', IDENTITY_MEMORY - 1)).toBe('refused');
    expect(identities.standing('vesper', IDENTITY_MEMORY)).toBe('suspect');
    expect(identities.standing('vesper', IDENTITY_MEMORY + 10_000)).toBe('clear');
  });

  it('counts once for each worker, however many sessions waited for it there', () => {
    const identities = new IdentityStrikes();
    identities.strike(Array(MAX_STRIKES).fill('vesper'), 0);
    expect(identities.standing('vesper', 0)).toBe('suspect');
  });

  it('is refused in words that say what to do', () => {
    expect(refusedIdentity('vesper')).toMatchObject({
      code: 'identity_failed',
      message: expect.stringMatching(/Choose another, or try again in 5 minutes/),
      value: 'vesper',
    });
  });

  it('is not remembered beyond that, nor when it was deleted', () => {
    const identities = new IdentityStrikes();
    const random = seededRandom(3);
    for (let step = 0; step < 1_000; step++)
      identities.strike([`own-${Math.floor(random() * 500)}`], step * 10_000);
    expect(identities.size).toBeLessThanOrEqual(IDENTITY_MEMORY / 10_000);
    identities.strike(['vesper'], 1e9);
    expect(identities.size).toBe(1);
    identities.forget('vesper');
    expect(identities.standing('vesper', 1e9)).toBe('clear');
    expect(identities.size).toBe(0);
  });
});

describe('a suspect', () => {
  const struck = () => {
    const identities = new IdentityStrikes();
    identities.strike(['vesper', 'marlow'], 0);
    identities.strike(['vesper'], 1);
    return identities;
  };

  const settled = { settledAt: 0, heardAt: 9_000, loading: false, held: ['vesper'] };

  it('is tried once the worker has worked on frames alone for a while, and makes nothing else ready', () => {
    const identities = struck();
    const place = { ...settled, settledAt: 9_000 - TRIAL_AFTER };
    expect(identities.trial(place, 8_999)).toBeUndefined();
    expect(identities.trial(place, 9_000)).toBe('vesper');
    expect(identities.trial({ ...place, loading: true }, 9_000)).toBeUndefined();
    expect(identities.trial({ ...place, settledAt: undefined }, 9_000)).toBeUndefined();
  });

  it('is not tried in a worker that is silent, and may hang in a frame', () => {
    const identities = struck();
    expect(identities.trial(settled, 10_500)).toBe('vesper');
    expect(identities.trial(settled, 10_501)).toBeUndefined();
    expect(identities.trial({ ...settled, heardAt: undefined }, 9_000)).toBeUndefined();
  });

  it('is tried after those that are suspected less', () => {
    const identities = struck();
    expect(identities.trial({ ...settled, held: ['vesper', 'marlow'] }, 9_000)).toBe('marlow');
    expect(identities.trial({ ...settled, held: [] }, 9_000)).toBeUndefined();
  });
});
