import type { Clock, Milli } from '../time.ts';

/**
 * The machine's monotonic clock: unlike the process's, it says the same in every process, so that
 * a worker knows how long a frame was on its way. It reads what `performance.now` reads, from
 * another beginning.
 */
export const machineClock: Clock = () => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
};

/**
 * Processor time that this thread has used, to the microsecond. Linux brings a thread's account up to date at ticks, four
 * milliseconds apart, and when somebody asks for the process's: without that, of a turn of six milliseconds after an
 * idle moment two were missing on average.
 */
export function threadCpuTime(): Milli {
  process.cpuUsage();
  return milli(process.threadCpuUsage());
}

/** Processor time that all threads of this process have used. */
export function processCpuTime(): Milli {
  return milli(process.cpuUsage());
}

const milli = ({ user, system }: NodeJS.CpuUsage): Milli => (user + system) / 1e3;
