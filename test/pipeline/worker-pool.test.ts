import { beforeEach, describe, expect, it } from 'vitest';
import {
  MAX_STRIKES,
  type PoolSession,
  type PoolSessionEvents,
} from '../../src/pipeline/pool-session.ts';
import { SILENCE_LIMIT, START_LIMIT } from '../../src/pipeline/supervised-worker.ts';
import { WorkerPool } from '../../src/pipeline/worker-pool.ts';
import type { ForkWorker, WorkerProcessEvents } from '../../src/pipeline/worker-process.io.ts';
import type { FromWorker, ToWorker, WorkerReport } from '../../src/pipeline/worker-protocol.ts';
import { settings } from './fake-stages.ts';

const report: WorkerReport = {
  codecBackend: 'fake',
  codecs: ['vp8'],
  faceModel: 'fake',
  engine: 'warp',
  device: 'cpu',
};

/** A worker process played by hand: answers nothing unless told to. */
class FakeProcess {
  readonly heard: ToWorker[] = [];
  killed = false;
  obedient = true;
  readonly pid: number;
  readonly #events: WorkerProcessEvents;

  constructor(pid: number, events: WorkerProcessEvents) {
    this.pid = pid;
    this.#events = events;
  }

  send(message: ToWorker) {
    this.heard.push(message);
    if (!this.obedient) return;
    if (message.type === 'open') this.say({ type: 'opened', session: message.session });
    if (message.type === 'ping') this.say({ type: 'pong', at: message.at });
    if (message.type === 'identity')
      this.say({ type: 'identity-switched', session: message.session, request: message.request });
  }

  kill() {
    this.killed = true;
    this.die('signal SIGKILL');
  }

  say(message: FromWorker) {
    queueMicrotask(() => this.#events.message(message));
  }

  die(reason: string) {
    this.#events.exit(reason);
  }

  types(type: ToWorker['type']) {
    return this.heard.filter((message) => message.type === type);
  }
}

let now: number;
let processes: FakeProcess[];
let lost: string[];
let pool: WorkerPool;

const fork: ForkWorker = (events) => {
  const process = new FakeProcess(1_000 + processes.length, events);
  processes.push(process);
  return process;
};

const settle = () => new Promise((resolve) => setImmediate(resolve));

function createPool(workers: number) {
  const setup = {
    dataFolder: '/nowhere',
    modelsFolder: '/nowhere',
    codecs: 'wasm',
    engine: 'warp',
    identityCacheBytes: 1,
  } as const;
  pool = new WorkerPool({
    workers,
    setup,
    fork,
    clock: () => now,
    events: {
      ready: () => undefined,
      lost: (reason) => lost.push(reason),
      unusable: () => undefined,
    },
  });
}

function listener() {
  const said: string[] = [];
  const events: PoolSessionEvents = {
    rendered: () => said.push('rendered'),
    dropped: (reason) => said.push(`dropped ${reason}`),
    avatar: (state) => said.push(`avatar ${state}`),
    needKeyframe: () => said.push('need keyframe'),
    failed: (error) => said.push(`failed ${error.code}`),
  };
  return { said, events };
}

const coded = { frame: 1, codec: 'vp8', data: new Uint8Array(1), keyframe: true } as const;
const at = (index: number) => processes[index] as FakeProcess;

async function ready(...indices: number[]) {
  for (const index of indices) at(index).say({ type: 'ready', report });
  await settle();
}

beforeEach(() => {
  now = 0;
  processes = [];
  lost = [];
});

describe('the worker pool', () => {
  it('hands its setup to each worker and reports what they run on once one is ready', async () => {
    createPool(2);
    expect(processes.map((process) => process.types('setup').length)).toEqual([1, 1]);
    expect(pool.report).toBeUndefined();
    await ready(0);
    expect(pool.report).toEqual(report);
    expect(pool.readyWorkers).toBe(1);
  });

  it('spreads sessions over the workers', async () => {
    createPool(2);
    await ready(0, 1);
    for (const id of ['a', 'b', 'c', 'd']) await pool.open(id, settings, listener().events);
    expect(processes.map((process) => process.types('open').length)).toEqual([2, 2]);
  });

  it('opens a session that came before its worker was ready', async () => {
    createPool(1);
    const opening = pool.open('a', settings, listener().events);
    await ready(0);
    await opening;
    expect(at(0).types('open').length).toBe(1);
  });

  it('refuses a session whose identity the worker cannot open, with the code of why', async () => {
    createPool(1);
    await ready(0);
    at(0).obedient = false;
    const opening = pool.open('a', settings, listener().events);
    const error = { code: 'unknown_identity', message: 'There is no identity "nobody".' };
    at(0).say({ type: 'open-failed', session: 'a', error });
    await expect(opening).rejects.toMatchObject(error);
  });

  it('replaces a worker that died and opens its sessions again as they were last set', async () => {
    createPool(1);
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

  it('asks the new worker for an identity switch that the dead one did not finish', async () => {
    createPool(1);
    await ready(0);
    const session = await pool.open('a', settings, listener().events);
    at(0).obedient = false;
    const switching = session.switchIdentity('vesper');
    at(0).die('exit code 139');
    await ready(1);
    await switching;
    expect(at(1).types('identity')).toMatchObject([{ session: 'a', identity: 'vesper' }]);
  });

  it('leaves the sessions of other workers alone when one dies', async () => {
    createPool(2);
    await ready(0, 1);
    const [first, second] = [listener(), listener()];
    await pool.open('a', settings, first.events);
    await pool.open('b', settings, second.events);
    at(0).die('exit code 1');
    await ready(2);
    expect(second.said).toEqual([]);
    expect(at(2).types('open')).toMatchObject([{ session: 'a' }]);
  });

  it('kills a worker that falls silent, and one that never becomes ready', async () => {
    createPool(1);
    await ready(0);
    at(0).obedient = false;
    now += SILENCE_LIMIT + 1;
    pool.tick();
    expect(at(0).killed).toBe(true);
    now += START_LIMIT + 1;
    pool.tick();
    expect(at(1).killed).toBe(true);
  });

  it('keeps a worker that answers its pings', async () => {
    createPool(1);
    await ready(0);
    for (let second = 0; second < 30; second++) {
      now += 1_000;
      pool.tick();
      await settle();
    }
    expect(at(0).killed).toBe(false);
  });

  it('waits longer and longer before it forks a worker that cannot even start', () => {
    createPool(1);
    for (let tick = 0; tick < 600; tick++) {
      processes.at(-1)?.die('exit code 1');
      now += 100;
      pool.tick();
    }
    expect(processes.length).toBeGreaterThan(5);
    expect(processes.length).toBeLessThan(12);
  });

  it('ends a session whose frames keep killing workers, and only that one', async () => {
    createPool(1);
    await ready(0);
    const [poison, innocent] = [listener(), listener()];
    const session: PoolSession = await pool.open('poison', settings, poison.events);
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

  it('tells every worker of a deleted identity', async () => {
    createPool(2);
    await ready(0, 1);
    pool.forget('vesper');
    for (const process of processes)
      expect(process.types('forget')).toEqual([{ type: 'forget', identity: 'vesper' }]);
  });
});
