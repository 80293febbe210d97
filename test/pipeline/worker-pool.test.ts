import { describe, expect, it } from 'vitest';
import { settings } from './fake-stages.ts';
import { settle, WORKER_REPORT } from './fake-worker-process.ts';
import { listener, playedPool } from './played-pool.ts';

describe('the worker pool', () => {
  it('hands its setup to each worker and reports what they run on once one is ready', async () => {
    const { pool, processes, ready } = playedPool(2);
    expect(processes.map((process) => process.types('setup').length)).toEqual([1, 1]);
    expect(pool.report).toBeUndefined();
    await ready(0);
    expect(pool.report).toEqual(WORKER_REPORT);
    expect(pool.readyWorkers).toBe(1);
  });

  it("tells that a worker's device failed, and leaves its sessions where they are", async () => {
    const { pool, failedDevices, at } = playedPool(1);
    at(0).say({ type: 'ready', report: { ...WORKER_REPORT, device: 'webgpu' } });
    await settle();
    const session = await pool.open('a', settings, listener().events);
    expect(session.device).toBe('webgpu');
    at(0).say({ type: 'device-lost', error: { code: 'device_lost', message: 'webgpu failed.' } });
    await settle();
    expect(failedDevices).toEqual(['device_lost']);
    expect(session.device).toBe('cpu');
    expect(at(0).types('open')).toHaveLength(1);
    expect(pool.readyWorkers).toBe(1);
  });

  it('spreads sessions over the workers', async () => {
    const { pool, processes, ready } = playedPool(2);
    await ready(0, 1);
    for (const id of ['a', 'b', 'c', 'd']) await pool.open(id, settings, listener().events);
    expect(processes.map((process) => process.types('open').length)).toEqual([2, 2]);
  });

  it('opens a session that came before its worker was ready', async () => {
    const { pool, at, ready } = playedPool(1);
    const opening = pool.open('a', settings, listener().events);
    await ready(0);
    await opening;
    expect(at(0).types('open').length).toBe(1);
  });

  it('leaves nothing of a session behind that is opened anew elsewhere before it was open', async () => {
    const { pool, processes, at, ready, pass } = playedPool(2);
    await ready(0, 1);
    at(0).obedient = false;
    const first = pool.open('a', settings, listener().events);
    const ended = expect(first).rejects.toMatchObject({ code: 'session_closed' });
    // The second worker holds the identity by now.
    at(1).load = { ...at(1).load, identities: ['marlow'] };
    await pass(1);
    await pool.open('a', settings, listener().events);
    await ended;
    expect(processes.map((process) => process.types('open').length)).toEqual([1, 1]);
    expect(at(0).types('close')).toEqual([{ type: 'close', session: 'a' }]);
    expect(at(1).types('close')).toEqual([]);
    expect(pool.estimate.sessions).toBe(1);
  });

  it('refuses a session whose identity the worker cannot open, with the code of why', async () => {
    const { pool, at, ready } = playedPool(1);
    await ready(0);
    at(0).obedient = false;
    const opening = pool.open('a', settings, listener().events);
    const error = { code: 'unknown_identity', message: 'There is no identity "nobody".' };
    at(0).say({ type: 'open-failed', session: 'a', error });
    await expect(opening).rejects.toMatchObject(error);
  });

  it('leaves the sessions of other workers alone when one dies', async () => {
    const { pool, at, ready } = playedPool(2);
    await ready(0, 1);
    const [first, second] = [listener(), listener()];
    await pool.open('a', settings, first.events);
    await pool.open('b', settings, second.events);
    at(0).die('exit code 1');
    await ready(2);
    expect(second.said).toEqual([]);
    expect(at(2).types('open')).toMatchObject([{ session: 'a' }]);
  });

  it('keeps a place for who is let in, and refuses who would make the others late', async () => {
    const { pool, ready } = playedPool(1);
    await ready(0);
    expect(pool.reserve('a', 'marlow').fits).toBe(true);
    expect(pool.reserve('b', 'marlow').fits).toBe(true);
    expect(pool.reserve('c', 'marlow')).toMatchObject({
      fits: false,
      reason: 'workers-full',
      estimate: { sessions: 2, capacity: 2 },
    });
    pool.release('b');
    expect(pool.reserve('c', 'marlow').fits).toBe(true);
    await pool.open('a', settings, listener().events);
    expect(pool.estimate.sessions).toBe(2);
  });

  it('goes by what its workers report that sessions cost', async () => {
    const { pool, ready, reportCosts } = playedPool(1);
    await ready(0);
    for (const id of ['a', 'b', 'c', 'd']) await pool.open(id, settings, listener().events);
    expect(pool.reserve('e', 'marlow').fits).toBe(false);
    await reportCosts(0, { a: 3, b: 3, c: 3, d: 3 });
    expect(pool.reserve('e', 'marlow').fits).toBe(true);
  });

  it('places a session where its identity is, if that worker is not much busier', async () => {
    const { pool, at, ready, reportCosts } = playedPool(2);
    await ready(0, 1);
    at(1).load = { ...at(1).load, identities: ['vesper'] };
    await reportCosts(1, {});
    await pool.open('a', { ...settings, identity: 'vesper' }, listener().events);
    expect(at(1).types('open')).toMatchObject([{ session: 'a' }]);
    await reportCosts(1, { a: 3 });
    await pool.open('b', { ...settings, identity: 'vesper' }, listener().events);
    expect(at(1).types('open').length).toBe(2);
  });

  it('lets a worker calibrate, and passes on what it found or why it could not', async () => {
    const { pool, at, ready } = playedPool(1);
    await ready(0);
    const first = pool.calibrate(settings);
    expect(at(0).types('calibrate')).toMatchObject([{ settings }]);
    at(0).say({ type: 'calibrated', cost: { mean: 8, high: 11 } });
    expect(await first).toEqual({ mean: 8, high: 11 });
    const second = pool.calibrate(settings);
    const error = { code: 'calibration_failed', message: 'Too few frames.' };
    at(0).say({ type: 'calibration-failed', error });
    await expect(second).rejects.toMatchObject(error);
    const third = pool.calibrate(settings);
    at(0).die('signal SIGSEGV');
    await expect(third).rejects.toMatchObject({ code: 'calibration_failed' });
  });

  it('tells every worker of a deleted identity', async () => {
    const { pool, processes, ready } = playedPool(2);
    await ready(0, 1);
    pool.forget('vesper');
    for (const process of processes)
      expect(process.types('forget')).toEqual([{ type: 'forget', identity: 'vesper' }]);
  });
});
