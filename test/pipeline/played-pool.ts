import { CapacityModel } from '../../src/pipeline/budget/capacity-model.ts';
import type { PoolSessionEvents } from '../../src/pipeline/pool-session.ts';
import { WorkerPool } from '../../src/pipeline/worker-pool.ts';
import { FakeWorkerProcess, settle, WORKER_REPORT, WORKER_SETUP } from './fake-worker-process.ts';

/** A pool whose worker processes are played by hand, in simulated time. */
export function playedPool(workers: number) {
  let now = 0;
  const processes: FakeWorkerProcess[] = [];
  const lost: string[] = [];
  const moved: string[] = [];
  const failedDevices: string[] = [];
  const pool = new WorkerPool({
    workers,
    setup: WORKER_SETUP,
    fork: (events) => {
      const process = new FakeWorkerProcess(1_000 + processes.length, events);
      processes.push(process);
      return process;
    },
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
  const at = (index: number) => processes[index] as FakeWorkerProcess;

  async function ready(...indices: number[]) {
    for (const index of indices) at(index).say({ type: 'ready', report: WORKER_REPORT });
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

  return { pool, processes, lost, moved, failedDevices, at, ready, pass, reportCosts };
}

/** What a session's owner hears. */
export function listener() {
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
