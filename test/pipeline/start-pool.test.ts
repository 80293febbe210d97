import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { CapacityModel } from '../../src/pipeline/budget/capacity-model.ts';
import { MAX_LOST_STARTS, startPool } from '../../src/pipeline/start-pool.io.ts';
import { FakeWorkerProcess, WORKER_REPORT, WORKER_SETUP } from './fake-worker-process.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Starts one worker, which is played by hand. */
function starting() {
  const processes: FakeWorkerProcess[] = [];
  const log = createLog({
    level: 'silent',
    format: 'json',
    destination: { write: () => undefined },
  });
  const pool = startPool(
    {
      workers: 1,
      setup: WORKER_SETUP,
      fork: (events) => {
        const process = new FakeWorkerProcess(processes.length, events);
        processes.push(process);
        return process;
      },
      clock: () => performance.now(),
      capacity: new CapacityModel({ fps: 30, budget: 33 }),
      fps: 30,
      cores: 2,
      mainLoad: () => 0,
    },
    log,
    createMetrics({ process: false }),
  );
  return { pool, processes };
}

describe('starting the pipeline workers', () => {
  it('replaces a worker that dies before any is ready, which ended the server without a word of why', async () => {
    const { pool, processes } = starting();
    processes[0]?.die('signal SIGKILL');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(processes).toHaveLength(2);
    processes[1]?.say({ type: 'ready', report: WORKER_REPORT });
    const running = await pool;
    expect(running.report).toEqual(WORKER_REPORT);
    running.close();
    expect(processes[1]?.killed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up, and says why, where none lives to be ready', async () => {
    const { pool, processes } = starting();
    const failed = expect(pool).rejects.toMatchObject({
      code: 'worker_lost',
      message: expect.stringContaining('signal SIGSEGV'),
    });
    for (let lost = 0; lost < MAX_LOST_STARTS; lost++) {
      processes.at(-1)?.die('signal SIGSEGV');
      await vi.advanceTimersByTimeAsync(20_000);
    }
    await failed;
    expect(processes).toHaveLength(MAX_LOST_STARTS);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends at once where a worker says that it cannot run here', async () => {
    const { pool, processes } = starting();
    const error = { code: 'model_missing', message: 'The model x is missing.' };
    processes[0]?.say({ type: 'unusable', error });
    await expect(pool).rejects.toMatchObject(error);
    expect(processes[0]?.killed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
