import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isSystemError } from '../errors.ts';
import type { SessionCost } from './budget/capacity-model.ts';
import type { SessionSettings, WorkerReport } from './worker-protocol.ts';

const FILE = 'calibration.json';

const storedSchema = z.object({
  key: z.string(),
  cost: z.object({ mean: z.number().positive(), high: z.number().positive() }),
});

/** What the cost is one of: figures that meant something else are measured anew. */
const MEASURE = 'every frame at the lowest level';

/** All that a session's cost depends on: where one of them is another, it is measured anew. */
export function calibrationKey(settings: SessionSettings, report: WorkerReport): string {
  const { size, fps, mark, outputs } = settings;
  return JSON.stringify({
    measure: MEASURE,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    size,
    fps,
    mark,
    outputs,
    report,
  });
}

/** @returns what was measured under the same key; undefined where nothing was, or it is unreadable. */
export async function readCalibration(
  dataFolder: string,
  key: string,
): Promise<SessionCost | undefined> {
  let text: string;
  try {
    text = await readFile(join(dataFolder, FILE), 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
  const stored = storedSchema.safeParse(parsed(text));
  return stored.success && stored.data.key === key ? stored.data.cost : undefined;
}

/** Takes the place of what was kept before, as a whole or not at all. */
export async function writeCalibration(
  dataFolder: string,
  key: string,
  cost: SessionCost,
): Promise<void> {
  const path = join(dataFolder, FILE);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify({ key, cost }));
  await rename(`${path}.new`, path);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Written by another version, or torn: as good as none.
    return undefined;
  }
}
