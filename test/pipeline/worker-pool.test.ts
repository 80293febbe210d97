import { beforeEach, describe, expect, it } from 'vitest';
import { CapacityModel } from '../../src/pipeline/budget/capacity-model.ts';
import {
  MAX_STRIKES,
  type PoolSession,
  type PoolSessionEvents,
} from '../../src/pipeline/pool-session.ts';
import { MOVE_LIMIT } from '../../src/pipeline/session-move.ts';
import { SILENCE_LIMIT, START_LIMIT } from '../../src/pipeline/supervised-worker.ts';
import { WorkerPool } from '../../src/pipeline/worker-pool.ts';
import type { ForkWorker, WorkerProcessEvents } from '../../src/pipeline/worker-process.io.ts';
import type {
  FromWorker,
  ToWorker,
  WorkerLoadReport,
  WorkerReport,
} from '../../src/pipeline/worker-protocol.ts';
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
  load: WorkerLoadReport = {
    busy: 0,
    sessions: [],
    uncounted: { thread: 0, process: 0 },
    identities: [],
    memoryBytes: 0,
  };
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
    if (message.type === 'ping') this.say({ type: 'pong', at: message.at, load: this.load });
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
let moved: string[];
let failedDevices: string[];
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
    capacity: new CapacityModel({ fps: 30, budget: 1_000 / 30 }),
    fps: 30,
    cores: 8,
    mainLoad: () => 0,
    events: {
      moved: (session) => moved.push(session),
      ready: () => undefined,
      lost: (reason) => lost.push(reason),
      unusable: () => undefined,
      deviceLost: ({ code }) => failedDevices.push(code),
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

/** Time goes by, with pings and pongs. */
async function pass(seconds: number) {
  for (let second = 0; second < seconds; second++) {
    now += 1_000;
    pool.tick();
    await settle();
  }
}

/** A worker says what its sessions cost, in milliseconds a frame, with its next pong. */
async function reportCosts(index: number, costs: Record<string, number>) {
  const sessions = Object.entries(costs).map(([session, mean]) => ({
    session,
    cost: { mean, high: mean * 1.2 },
  }));
  at(index).load = { ...at(index).load, sessions };
  await pass(1);
}

beforeEach(() => {
  now = 0;
  processes = [];
  lost = [];
  moved = [];
  failedDevices = [];
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

  it("tells that a worker's device failed, and leaves its sessions where they are", async () => {
    createPool(1);
    at(0).say({ type: 'ready', report: { ...report, device: 'webgpu' } });
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

  it('keeps a place for who is let in, and refuses who would make the others late', async () => {
    createPool(1);
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
    createPool(1);
    await ready(0);
    for (const id of ['a', 'b', 'c', 'd']) await pool.open(id, settings, listener().events);
    expect(pool.reserve('e', 'marlow').fits).toBe(false);
    await reportCosts(0, { a: 3, b: 3, c: 3, d: 3 });
    expect(pool.reserve('e', 'marlow').fits).toBe(true);
  });

  it('places a session where its identity is, if that worker is not much busier', async () => {
    createPool(2);
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
    createPool(1);
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
    createPool(2);
    await ready(0, 1);
    pool.forget('vesper');
    for (const process of processes)
      expect(process.types('forget')).toEqual([{ type: 'forget', identity: 'vesper' }]);
  });
});

describe('moving a session to another worker', () => {
  const keyframe = { ...coded, frame: 7 };
  const delta = { ...coded, keyframe: false };

  /** Two workers, three sessions on the first, which is more than it can do. */
  async function overloaded() {
    createPool(2);
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
    await reportCosts(0, { a: 14, b: 10, c: 10 });
    pool.tick();
    await settle();
    return { said, session };
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
    const { said, session } = await overloaded();
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
    const { said, session } = await overloaded();
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
    const { session } = await overloaded();
    expect(at(0).types('recall')).toMatchObject([{ session: 'a' }]);
    const memory = { neutral: new Float64Array(3), lids: [], resting: [], ages: [], unit: 1 };
    at(0).say({ type: 'memory', session: 'a', memory });
    await settle();
    expect(at(1).types('memory')).toMatchObject([{ session: 'a', memory }]);
    session.setBitrate(333_000);
    expect(at(1).types('bitrate')).toMatchObject([{ bitrate: 333_000 }]);
  });

  it('is given up where no keyframe comes, and when the identity is switched', async () => {
    const { session } = await overloaded();
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

  it('survives the death of either worker', async () => {
    const { said, session } = await overloaded();
    at(1).die('exit code 1');
    session.push(keyframe, 0);
    expect(at(0).types('frame').length).toBe(1);
    expect(said).not.toContain('avatar recovering');
    at(0).die('exit code 1');
    expect(said).toContain('avatar recovering');
  });
});
