import { performance } from 'node:perf_hooks';
import type { Milli } from '../time.ts';

/** The load is that of at least so long a time. */
const WINDOW: Milli = 1_000;

/**
 * Share of a core that this thread's event loop takes. To be asked a few times a second, so that
 * what it says is new.
 */
export function eventLoopLoad(): () => number {
  let since = performance.eventLoopUtilization();
  let load = 0;
  return () => {
    const { active, idle, utilization } = performance.eventLoopUtilization(since);
    if (active + idle >= WINDOW) {
      load = utilization;
      since = performance.eventLoopUtilization();
    }
    return load;
  };
}
