import { setTimeout } from 'node:timers/promises';
import type { Seconds } from '../src/time.ts';
import { startTestServer } from '../test/flow/server.ts';
import { cpuOf } from './process-cpu.io.ts';

/** Loading what is prepared ahead ends within this. */
const SETTLE: Seconds = 8;
const MEASURE: Seconds = 15;

/** Share of a core that a server takes to which nobody is connected, all its processes together. */
export async function benchIdle(): Promise<{ readonly seconds: Seconds; readonly cores: number }> {
  const server = await startTestServer();
  try {
    await setTimeout(SETTLE * 1_000);
    const before = await cpuOf(server.pid);
    await setTimeout(MEASURE * 1_000);
    return { seconds: MEASURE, cores: ((await cpuOf(server.pid)) - before) / MEASURE };
  } finally {
    await server.stop();
  }
}
