import { describe, expect, it } from 'vitest';
import { TRIAL_AFTER } from '../../src/pipeline/identity-strikes.ts';
import { MOVE_LIMIT } from '../../src/pipeline/session-move.ts';
import { MAX_STRIKES } from '../../src/pipeline/strikes.ts';
import { settings } from './fake-stages.ts';
import { settle } from './fake-worker-process.ts';
import { listener, playedPool } from './played-pool.ts';

const coded = { frame: 1, codec: 'vp8', data: new Uint8Array(1), keyframe: true } as const;

describe('a session in a pool', () => {
  it('is opened again, as it was last set, in the worker that replaces a dead one', async () => {
    const { pool, lost, at, ready } = playedPool(1);
    await ready(0);
    const { said, events } = listener();
    const session = await pool.open('a', settings, events);
    await session.switchIdentity('vesper');
    session.setBitrate(700_000);
    session.setOutputs(['h264']);
    session.setMotion({ smoothing: 0.9, recalibrate: true });
    at(0).die('signal SIGKILL');
    expect(said).toContain('avatar recovering');
    expect(lost).toEqual(['signal SIGKILL']);
    await ready(1);
    expect(at(1).types('open')).toEqual([
      {
        type: 'open',
        session: 'a',
        settings: {
          ...settings,
          identity: 'vesper',
          bitrate: 700_000,
          outputs: ['h264'],
          smoothing: 0.9,
        },
      },
    ]);
    expect(said).toContain('need keyframe');
  });

  it('asks the new worker for an identity switch that the dead one did not finish, once that has drawn for a while', async () => {
    const { pool, at, ready, pass } = playedPool(1);
    await ready(0);
    const session = await pool.open('a', settings, listener().events);
    at(0).obedient = false;
    const switching = session.switchIdentity('vesper');
    at(0).die('exit code 139');
    await ready(1);
    expect(at(1).types('identity')).toEqual([]);
    await pass(TRIAL_AFTER / 1_000);
    await switching;
    expect(at(1).types('identity')).toMatchObject([{ session: 'a', identity: 'vesper' }]);
  });

  it('is opened again as the newer of two identities, also where the older was answered last', async () => {
    const { pool, at, ready } = playedPool(1);
    await ready(0);
    const session = await pool.open('a', settings, listener().events);
    at(0).obedient = false;
    const switches = [session.switchIdentity('slow'), session.switchIdentity('quick')];
    for (const request of [2, 1]) at(0).say({ type: 'identity-switched', session: 'a', request });
    await Promise.all(switches);
    expect(session.identity).toBe('quick');
    at(0).die('exit code 1');
    await ready(1);
    expect(at(1).types('open')).toMatchObject([{ settings: { identity: 'quick' } }]);
  });

  it('is ended where its frames keep killing workers, and no other is', async () => {
    const { pool, processes, ready } = playedPool(1);
    await ready(0);
    const [poison, innocent] = [listener(), listener()];
    const session = await pool.open('poison', settings, poison.events);
    await pool.open('innocent', settings, innocent.events);
    for (let strike = 0; strike < MAX_STRIKES; strike++) {
      session.push(coded, 0);
      processes.at(-1)?.die('signal SIGSEGV');
      await ready(processes.length - 1);
    }
    expect(poison.said).toContain('failed internal');
    expect(innocent.said).not.toContain('failed internal');
    expect(processes.at(-1)?.types('open')).toMatchObject([{ session: 'innocent' }]);
  });
});

describe('a session whose frames are under way when another breaks the worker', () => {
  it('is not ended with that one, once the worker tells whose turn it is', async () => {
    const { pool, processes, ready } = playedPool(1);
    await ready(0);
    const [poison, innocent] = [listener(), listener()];
    const sessions = [
      await pool.open('poison', settings, poison.events),
      await pool.open('innocent', settings, innocent.events),
    ];
    for (let strike = 0; strike < MAX_STRIKES; strike++) {
      for (const session of sessions) session.push(coded, 0);
      const worker = processes.at(-1);
      for (const open of worker?.types('open') ?? [])
        expect(open).toMatchObject({ settings: { suspect: strike > 0 } });
      if (strike > 0) {
        worker?.say({ type: 'working', session: 'innocent', working: true });
        worker?.say({ type: 'working', session: 'innocent', working: false });
        worker?.say({ type: 'working', session: 'poison', working: true });
      }
      await settle();
      worker?.die('signal SIGSEGV');
      await ready(processes.length - 1);
    }
    expect(poison.said).toContain('failed internal');
    expect(innocent.said).not.toContain('failed internal');
  });
});

describe('a muted session', () => {
  it('is not ended for workers that died under others, though its camera goes on sending', async () => {
    const { pool, processes, ready } = playedPool(1);
    await ready(0);
    const { said, events } = listener();
    const session = await pool.open('a', settings, events);
    session.setPaused(true);
    for (let strike = 0; strike < MAX_STRIKES; strike++) {
      session.push(coded, 0);
      processes.at(-1)?.die('signal SIGSEGV');
      await ready(processes.length - 1);
    }
    expect(said).not.toContain('failed internal');
  });
});

describe('moving a session to another worker', () => {
  const keyframe = { ...coded, frame: 7 };
  const delta = { ...coded, keyframe: false };

  /**
   * Two workers, three sessions on the first, which is more than it can do.
   * @param answering whether the second says that it has opened what is moved to it.
   */
  async function overloaded(answering = true) {
    const { pool, moved, at, ready, pass, reportCosts } = playedPool(2);
    await ready(0, 1);
    const { said, events } = listener();
    const session = await pool.open('a', settings, events);
    // All three go to the first worker while it looks idle.
    at(0).load = { ...at(0).load, identities: ['marlow'] };
    await reportCosts(0, { a: 1 });
    await pool.open('b', settings, listener().events);
    await reportCosts(0, { a: 1, b: 1 });
    await pool.open('c', settings, listener().events);
    expect(at(0).types('open').length).toBe(3);
    await pass(5);
    at(1).obedient = answering;
    await reportCosts(0, { a: 14, b: 10, c: 10 });
    pool.tick();
    await settle();
    return { said, session, moved, at, ready, pass };
  }

  const rendered = (frame: number) =>
    ({
      type: 'rendered',
      session: 'a',
      rendered: {
        frame,
        source: 'driven',
        identity: 'marlow',
        outputs: [],
        stages: {},
        level: 'full',
        levelReason: 'within-budget',
        degraded: false,
      },
    }) as const;

  it('prepares it there, and hands it over at the camera’s next keyframe', async () => {
    const { said, session, moved, at } = await overloaded();
    expect(moved).toEqual(['a']);
    expect(at(1).types('open')).toMatchObject([{ session: 'a', settings: { standby: true } }]);
    expect(said).toContain('need keyframe');
    session.push(delta, 0);
    expect(at(0).types('frame').length).toBe(1);
    session.push(keyframe, 0);
    session.push(delta, 0);
    expect(at(1).types('frame').length).toBe(2);
    expect(at(0).types('frame').length).toBe(1);
  });

  it('lets the old worker go when the new one’s first frame is there, and misses none', async () => {
    const { said, session, at } = await overloaded();
    session.push(keyframe, 0);
    at(0).say(rendered(6));
    await settle();
    expect(said.filter((each) => each === 'rendered').length).toBe(1);
    expect(at(0).types('close')).toEqual([]);
    at(1).say(rendered(7));
    at(0).say(rendered(6));
    await settle();
    expect(said.filter((each) => each === 'rendered').length).toBe(2);
    expect(at(0).types('close')).toMatchObject([{ session: 'a' }]);
  });

  it('takes along what was learnt of the driver, and what is set meanwhile', async () => {
    const { session, at } = await overloaded();
    expect(at(0).types('recall')).toMatchObject([{ session: 'a' }]);
    const memory = { neutral: new Float64Array(3), lids: [], resting: [], ages: [], unit: 1 };
    at(0).say({ type: 'memory', session: 'a', memory });
    await settle();
    expect(at(1).types('memory')).toMatchObject([{ session: 'a', memory }]);
    session.setBitrate(333_000);
    expect(at(1).types('bitrate')).toMatchObject([{ bitrate: 333_000 }]);
  });

  it('is given up where no keyframe comes, and when the identity is switched', async () => {
    const { session, moved, at, pass } = await overloaded();
    await pass(MOVE_LIMIT / 1_000 + 1);
    expect(at(1).types('close')).toMatchObject([{ session: 'a' }]);
    session.push(keyframe, 0);
    expect(at(1).types('frame')).toEqual([]);
    await pass(6);
    expect(moved.length).toBe(2);
    void session.switchIdentity('vesper');
    session.push(keyframe, 0);
    expect(at(1).types('frame')).toEqual([]);
    expect(at(1).types('close').length).toBe(2);
  });

  it('is not tried again with an identity of which the other worker died while it prepared it', async () => {
    const { moved, at, ready, pass } = await overloaded(false);
    expect(at(1).types('open').length).toBe(1);
    at(1).die('signal SIGSEGV');
    await ready(2);
    await pass(30);
    expect(moved).toEqual(['a']);
    expect(at(0).types('close')).toEqual([]);
  });

  it('survives the death of either worker', async () => {
    const { said, session, at } = await overloaded();
    at(1).die('exit code 1');
    session.push(keyframe, 0);
    expect(at(0).types('frame').length).toBe(1);
    expect(said).not.toContain('avatar recovering');
    at(0).die('exit code 1');
    expect(said).toContain('avatar recovering');
  });
});
