import type { Log } from '../log.ts';
import type { CapacityModel } from './budget/capacity-model.ts';
import { calibrationKey, readCalibration, writeCalibration } from './calibration-cache.io.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { SessionSettings, WorkerReport } from './worker-protocol.ts';

/**
 * Tells the model what a session costs on this machine: what was kept from an earlier start, or
 * else what a worker measures now. Where that fails the model learns from the sessions that come.
 */
export async function calibrateCapacity(
  model: CapacityModel,
  {
    pool,
    report,
    settings,
    dataFolder,
    log,
  }: {
    pool: WorkerPool;
    report: WorkerReport;
    settings: SessionSettings;
    dataFolder: string;
    log: Log;
  },
): Promise<void> {
  const key = calibrationKey(settings, report);
  try {
    const kept = await readCalibration(dataFolder, key);
    const cost = kept ?? (await pool.calibrate(settings));
    model.calibrate(cost);
    if (!kept) {
      await writeCalibration(dataFolder, key, cost).catch((error: unknown) =>
        log.warn({ err: error }, 'the capacity of this machine could not be kept'),
      );
    }
    const { capacity } = pool.estimate;
    log.info({ ...cost, capacity, kept: kept !== undefined }, 'capacity of this machine');
  } catch (error) {
    log.warn({ err: error }, 'this machine could not be calibrated');
  }
}
