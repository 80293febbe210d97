import { beforeEach, describe, expect, it } from 'vitest';
import {
  CapacityModel,
  type MachineView,
  type WorkerView,
} from '../../../src/pipeline/budget/capacity-model.ts';

const COST = { mean: 10, high: 13 };
let model: CapacityModel;

beforeEach(() => {
  model = new CapacityModel({ fps: 30, budget: 1_000 / 30 });
  model.calibrate(COST);
});

const worker = (sessions: WorkerView['sessions'] = [], identities: string[] = []): WorkerView => ({
  ready: true,
  identities,
  sessions,
  uncounted: { thread: 0, process: 0 },
});

const machine = (
  workers: readonly WorkerView[],
  extra: Partial<MachineView> = {},
): MachineView => ({
  workers,
  cores: 8,
  mainLoad: 0,
  ...extra,
});

describe('the capacity of a machine', () => {
  it('lets in as many sessions as keep their frames in time, and no more', () => {
    expect(model.verdict(machine([worker()]))).toEqual({ fits: true, worker: 0 });
    expect(model.verdict(machine([worker([COST])]))).toEqual({ fits: true, worker: 0 });
    expect(model.verdict(machine([worker([COST, COST])]))).toEqual({
      fits: false,
      reason: 'workers-full',
      estimate: { sessions: 2, capacity: 2, frameMs: 36, budgetMs: 1_000 / 30 },
    });
  });

  it('counts what those who are let in, and were not measured yet, will need', () => {
    expect(model.verdict(machine([worker([undefined, undefined])])).fits).toBe(false);
  });

  it('learns from the sessions that run that they cost less than was calibrated, or more', () => {
    const cheap = { mean: 4, high: 5 };
    expect(model.verdict(machine([worker([cheap, cheap, cheap])])).fits).toBe(true);
    const dear = { mean: 17, high: 20 };
    expect(model.expected(machine([worker([dear])]))).toEqual({ mean: 13.5, high: 16.5 });
    expect(model.verdict(machine([worker([dear])])).fits).toBe(false);
  });

  it('counts what a worker does beside the stages of its frames, too', () => {
    const cost = { mean: 7, high: 8 };
    model.calibrate(cost);
    const three = worker([cost, cost, cost]);
    expect(model.verdict(machine([three])).fits).toBe(true);
    const busy = { ...three, uncounted: { thread: 0.3, process: 0.3 } };
    expect(model.verdict(machine([busy]))).toMatchObject({ fits: false, reason: 'workers-full' });
    expect(model.load(machine([busy]), 0)).toBeCloseTo((3 * 7.3 * 30) / 1_000);
  });

  it('takes a worker that has drawn nothing for one like the others, and the first for a usual one', () => {
    const idle = { ...worker([undefined]), uncounted: undefined };
    const known = { ...worker(), uncounted: { thread: 2, process: 2 } };
    expect(model.load(machine([idle, known]), 0)).toBeCloseTo((12 * 30) / 1_000);
    expect(model.load(machine([idle]), 0)).toBeCloseTo((10.4 * 30) / 1_000);
  });

  it('counts other threads of a worker among what the cores do, not what its own thread can', () => {
    const collecting = { ...worker([COST]), uncounted: { thread: 0, process: 12 } };
    expect(model.verdict(machine([collecting])).fits).toBe(true);
    expect(model.verdict(machine([collecting], { cores: 1 }))).toMatchObject({
      reason: 'machine-full',
    });
  });

  it('keeps the frames of the dearest session in time, not only those of the newcomer', () => {
    expect(model.verdict(machine([worker([{ mean: 15, high: 30 }])])).fits).toBe(false);
  });

  it('lets nobody in where a frame that waits for another in a bad case would leave no room to come back', () => {
    const unsteady = { mean: 10, high: 15 };
    model.calibrate(unsteady);
    expect(model.verdict(machine([worker([unsteady])])).fits).toBe(true);
    const wild = { mean: 10, high: 16 };
    model.calibrate(wild);
    expect(model.verdict(machine([worker([wild])]))).toMatchObject({
      fits: false,
      estimate: { frameMs: 32 },
    });
  });

  it('lets a budget of its own decide where it is shorter than a frame', () => {
    model = new CapacityModel({ fps: 30, budget: 20 });
    model.calibrate(COST);
    expect(model.verdict(machine([worker([COST])])).fits).toBe(false);
    expect(model.estimate(machine([worker([COST])]))).toMatchObject({ capacity: 1, frameMs: 26 });
  });

  it('counts the cores, too, and what the main process takes of them', () => {
    const workers = [worker([COST, COST]), worker([COST, COST]), worker()];
    expect(model.verdict(machine(workers, { cores: 4 })).fits).toBe(true);
    expect(model.verdict(machine(workers, { cores: 2 }))).toMatchObject({ reason: 'machine-full' });
    expect(model.verdict(machine(workers, { cores: 4, mainLoad: 1.8 }))).toMatchObject({
      reason: 'machine-full',
    });
  });

  it('says that it is starting while no worker is ready', () => {
    const verdict = model.verdict(machine([{ ...worker(), ready: false }]));
    expect(verdict).toMatchObject({ fits: false, reason: 'starting', estimate: { capacity: 2 } });
  });

  it('lets somebody in where nothing was calibrated', () => {
    model = new CapacityModel({ fps: 30, budget: 1_000 / 30 });
    expect(model.verdict(machine([worker()])).fits).toBe(true);
    expect(model.estimate(machine([worker()])).capacity).toBe(2);
  });
});

describe('the place of a session', () => {
  it('is the least busy worker', () => {
    expect(model.verdict(machine([worker([COST]), worker()]))).toEqual({ fits: true, worker: 1 });
  });

  it('is the one that holds the identity already, where that is hardly busier', () => {
    const light = { mean: 3, high: 4 };
    const workers = [worker(), worker([light], ['marlow'])];
    expect(model.verdict(machine(workers), 'marlow')).toEqual({ fits: true, worker: 1 });
    expect(model.verdict(machine(workers), 'amara')).toEqual({ fits: true, worker: 0 });
  });

  it('is another where the identity’s worker is much busier', () => {
    const workers = [worker(), worker([COST], ['marlow'])];
    expect(model.verdict(machine(workers), 'marlow')).toEqual({ fits: true, worker: 0 });
  });

  it('is never a worker that is not there', () => {
    const workers = [{ ...worker(), ready: false }, worker([COST])];
    expect(model.verdict(machine(workers))).toEqual({ fits: true, worker: 1 });
  });
});
