import { beforeEach, describe, expect, it } from 'vitest';
import {
  SILENCE_LIMIT,
  START_LIMIT,
  SupervisedWorker,
} from '../../src/pipeline/supervised-worker.ts';
import { FakeWorkerProcess, settle, WORKER_REPORT, WORKER_SETUP } from './fake-worker-process.ts';

let now: number;
let processes: FakeWorkerProcess[];
let worker: SupervisedWorker;

const at = (index: number) => processes[index] as FakeWorkerProcess;

beforeEach(() => {
  now = 0;
  processes = [];
  worker = new SupervisedWorker(
    (events) => {
      const process = new FakeWorkerProcess(1_000 + processes.length, events);
      processes.push(process);
      return process;
    },
    WORKER_SETUP,
    {
      ready: () => undefined,
      message: () => undefined,
      lost: () => undefined,
      unusable: ({ message }) => expect.unreachable(message),
    },
    () => now,
  );
});

async function ready() {
  at(0).say({ type: 'ready', report: WORKER_REPORT });
  await settle();
}

describe('a supervised worker', () => {
  it('is killed when it falls silent, and when it never becomes ready', async () => {
    await ready();
    at(0).obedient = false;
    now += SILENCE_LIMIT + 1;
    worker.tick();
    expect(at(0).killed).toBe(true);
    now += START_LIMIT + 1;
    worker.tick();
    expect(at(1).killed).toBe(true);
  });

  it('is kept while it answers its pings', async () => {
    await ready();
    for (let second = 0; second < 30; second++) {
      now += 1_000;
      worker.tick();
      await settle();
    }
    expect(at(0).killed).toBe(false);
  });

  it('is forked again after a longer and longer wait where it cannot even start', () => {
    for (let tick = 0; tick < 600; tick++) {
      processes.at(-1)?.die('exit code 1');
      now += 100;
      worker.tick();
    }
    expect(processes.length).toBeGreaterThan(5);
    expect(processes.length).toBeLessThan(12);
  });
});
