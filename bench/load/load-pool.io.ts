import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CapacityModel } from '../../src/pipeline/budget/capacity-model.ts';
import { machineClock } from '../../src/pipeline/machine-clock.io.ts';
import type { Px } from '../../src/pipeline/picture.ts';
import type { Device } from '../../src/pipeline/render/device/device-choice.ts';
import { WorkerPool } from '../../src/pipeline/worker-pool.ts';
import { forkWorker } from '../../src/pipeline/worker-process.io.ts';
import type { SessionSettings, WorkerReport } from '../../src/pipeline/worker-protocol.ts';
import type { Milli } from '../../src/time.ts';

/** Of every camera here. */
export const FPS = 30;
/** A frame's time. */
export const BUDGET: Milli = 1_000 / FPS;
const SUPERVISION_INTERVAL = 250;

/** A pool of real workers, calibrated as the server calibrates, without signaling and network. */
export interface LoadPool {
  readonly pool: WorkerPool;
  readonly settings: SessionSettings;
  close(): Promise<void>;
}

export async function openLoadPool(
  engine: string,
  size: Px,
  {
    device = 'cpu',
    workers = Math.max(1, availableParallelism() - 1),
  }: { device?: Device; workers?: number } = {},
): Promise<LoadPool> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'understudy-load-'));
  const capacity = new CapacityModel({ fps: FPS, budget: BUDGET });
  let started: (report: WorkerReport) => void = () => undefined;
  let failed: (cause: Error) => void = () => undefined;
  const ready = new Promise<WorkerReport>((resolve, reject) => {
    started = resolve;
    failed = reject;
  });
  const pool = new WorkerPool({
    workers,
    setup: {
      dataFolder,
      modelsFolder: join(dataFolder, 'none'),
      codecs: 'auto',
      engine,
      device,
      warmSize: size,
      identityCacheBytes: 256_000_000,
    },
    fork: forkWorker,
    clock: machineClock,
    capacity,
    fps: FPS,
    cores: availableParallelism(),
    mainLoad: () => 0,
    events: {
      ready: started,
      lost: () => undefined,
      unusable: ({ message }) => failed(new Error(message)),
      moved: () => undefined,
      deviceLost: () => undefined,
    },
  });
  const supervising = setInterval(() => pool.tick(), SUPERVISION_INTERVAL);
  const report = await ready;
  const settings: SessionSettings = {
    identity: 'marlow',
    motion: 'relative',
    smoothing: 0.5,
    size,
    fps: FPS,
    frameBudget: BUDGET,
    mark: true,
    outputs: [report.codecs.includes('h264') ? 'h264' : 'vp8'],
    bitrate: 1_000_000,
    stamp: false,
    paused: false,
    standby: false,
    suspect: false,
  };
  capacity.calibrate(await pool.calibrate(settings));
  return {
    pool,
    settings,
    close: async () => {
      clearInterval(supervising);
      pool.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
