import { constants, getPriority, setPriority } from 'node:os';

/**
 * Makes the threads beside it go before this one. On Linux alone, where a thread has a priority of its own: elsewhere it
 * would be the whole process's.
 * @param by steps of niceness: at 5, beside a thread that never rests, this one gets a quarter of a core; at 10, a tenth.
 */
export function stepBack(by: number): void {
  if (process.platform !== 'linux') return;
  try {
    // From where the process stands: to come forward again takes a right that it may not have.
    setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + by));
  } catch {
    // A sandbox that forbids it: nothing is lost but that others go before.
  }
}
