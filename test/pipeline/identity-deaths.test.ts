import { describe, expect, it } from 'vitest';
import { IDENTITY_MEMORY } from '../../src/pipeline/identity-strikes.ts';
import type { PoolSession } from '../../src/pipeline/pool-session.ts';
import { MAX_STRIKES } from '../../src/pipeline/strikes.ts';
import { loadingPool } from './loading-pool.ts';
import { seededRandom } from './seeded-random.ts';

/** What comes of a switch, once it is known. */
function outcomeOf(switching: Promise<void>) {
  const outcome = { is: 'waiting' };
  switching.then(
    () => Object.assign(outcome, { is: 'worn' }),
    (cause) => Object.assign(outcome, { is: cause.code }),
  );
  return outcome;
}

const opened = (joined: { session: PoolSession | undefined }) => joined.session as PoolSession;

describe('an identity that breaks each worker that makes it ready', () => {
  it('is refused to whoever joins as it, where workers died of it for ever, and those beside go on, who were ended for it', async () => {
    const { seconds, join, deaths } = loadingPool(1, new Set(['vesper']));
    await seconds(1);
    const ann = join('ann', 'marlow');
    await seconds(2);
    const bob = join('bob', 'vesper');
    await seconds(60, [opened(ann)]);
    expect(bob.outcome).toBe('identity_failed');
    expect(deaths()).toBe(MAX_STRIKES);
    expect(ann.said.filter((each) => each.startsWith('failed'))).toEqual([]);
    expect(ann.said.filter((each) => each === 'need keyframe')).toHaveLength(MAX_STRIKES);
  });

  it('is refused to whoever would become it in mid-call, and who goes on as before', async () => {
    const { seconds, join, deaths, processes } = loadingPool(1, new Set(['vesper']));
    await seconds(1);
    const ann = join('ann', 'marlow');
    await seconds(2);
    const switching = outcomeOf(opened(ann).switchIdentity('vesper'));
    await seconds(60, [opened(ann)]);
    expect(switching.is).toBe('identity_failed');
    expect(deaths()).toBe(MAX_STRIKES);
    expect(ann.said).not.toContain('failed internal');
    expect(processes.at(-1)?.types('open')).toMatchObject([{ settings: { identity: 'marlow' } }]);
    const again = outcomeOf(opened(ann).switchIdentity('ines'));
    await seconds(2);
    expect(again.is).toBe('worn');
  });

  it('is refused at once while that is remembered, in every worker, and tried again after', async () => {
    const killers = new Set(['vesper']);
    const { seconds, join, deaths } = loadingPool(2, killers);
    await seconds(1);
    join('ann', 'vesper');
    await seconds(60);
    const died = deaths();
    const others = ['bob', 'cem', 'dora'].map((id) => join(id, 'vesper'));
    await seconds(1);
    expect(others.map(({ outcome }) => outcome)).toEqual(Array(3).fill('identity_failed'));
    expect(deaths()).toBe(died);
    killers.clear();
    await seconds(IDENTITY_MEMORY / 1_000);
    const late = join('eve', 'vesper');
    await seconds(3);
    expect(late.outcome).toBe('open');
  });

  it('ends the session that wears it with its code, where it cannot be opened again', async () => {
    const killers = new Set<string>();
    const { seconds, join, deaths } = loadingPool(1, killers);
    await seconds(1);
    const [ann, bob] = [join('ann', 'vesper'), join('bob', 'marlow')];
    await seconds(3);
    killers.add('vesper');
    const joining = join('cem', 'vesper');
    await seconds(60, [opened(ann), opened(bob)]);
    expect(joining.outcome).toBe('identity_failed');
    expect(ann.said.at(-1)).toBe('failed identity_failed');
    expect(bob.said.join()).not.toContain('failed');
    expect(deaths()).toBe(MAX_STRIKES);
  });

  it('is told from those that were made ready at the same time, in whatever order they were asked for', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(seed);
      const { seconds, join, deaths } = loadingPool(1, new Set(['vesper']));
      await seconds(1);
      const identities = ['vesper', 'marlow', 'ines', 'bea', 'cem']
        .map((identity) => ({ identity, rank: random() }))
        .sort((one, other) => one.rank - other.rank)
        .map(({ identity }) => identity);
      const joined = identities.map((identity) => ({
        identity,
        ...{ of: join(identity, identity) },
      }));
      await seconds(60);
      for (const { identity, of } of joined)
        expect([identity, of.outcome]).toEqual([
          identity,
          identity === 'vesper' ? 'identity_failed' : 'open',
        ]);
      expect(deaths()).toBe(MAX_STRIKES);
    }
  });

  it('breaks few workers, and ends or refuses nobody else, whatever the others do', async () => {
    const names = ['vesper', 'marlow', 'ines', 'bea', 'cem', 'dora'];
    for (let seed = 0; seed < 10; seed++) {
      const random = seededRandom(seed);
      const any = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)]!;
      const { seconds, join, deaths } = loadingPool(2, new Set(['vesper']));
      await seconds(1);
      const people = names.slice(1).map((name) => join(name, name));
      const switches: { identity: string; outcome: { is: string } }[] = [];
      await seconds(12);
      for (let step = 0; step < 60; step++) {
        const ready = people.flatMap(({ session }) => session ?? []);
        const identity = any(names);
        if (random() < 0.3)
          switches.push({ identity, outcome: outcomeOf(any(ready).switchIdentity(identity)) });
        await seconds(1, ready);
      }
      await seconds(200);
      expect(people.map(({ outcome }) => outcome)).toEqual(people.map(() => 'open'));
      expect(people.flatMap(({ said }) => said).join()).not.toContain('failed');
      for (const { identity, outcome } of switches) {
        expect(outcome.is).not.toBe('waiting');
        if (identity !== 'vesper') expect(outcome.is).toBe('worn');
      }
      // Both workers may be at it when the last one is counted.
      expect(deaths()).toBeLessThanOrEqual(MAX_STRIKES + 1);
    }
  });
});

describe('an identity that is made ready when frames of another break the worker', () => {
  it.each(['poison', 'stuck'])(
    'is made ready in the end, and that session alone is ended: %s',
    async (poison) => {
      for (let offset = 0; offset < 12; offset++) {
        const killers = new Set<string>();
        const { seconds, join, deaths } = loadingPool(1, killers);
        await seconds(1);
        const [culprit, ann] = [join(poison, 'marlow'), join('ann', 'ines')];
        await seconds(3);
        const filmed = [opened(culprit), opened(ann)];
        killers.add(poison);
        await seconds(offset, filmed);
        const bob = join('bob', 'vesper');
        await seconds(100, filmed);
        expect(culprit.said.at(-1)).toBe('failed internal');
        expect(bob.outcome).toBe('open');
        expect(ann.said.join()).not.toContain('failed');
        expect(deaths()).toBeLessThanOrEqual(2 * MAX_STRIKES);
      }
    },
  );
});

describe('an identity that is deleted', () => {
  it('takes along what was remembered of it: another by its name can be made ready', async () => {
    const killers = new Set(['own-1']);
    const { pool, seconds, join } = loadingPool(1, killers);
    await seconds(1);
    join('ann', 'own-1');
    await seconds(60);
    killers.clear();
    pool.forget('own-1');
    const again = join('bob', 'own-1');
    await seconds(2);
    expect(again.outcome).toBe('open');
  });
});
