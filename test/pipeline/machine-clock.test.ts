import { describe, expect, it } from 'vitest';
import { processCpuTime, threadCpuTime } from '../../src/pipeline/machine-clock.io.ts';

/** Some microseconds of work. */
function work(): number {
  let sum = 0;
  for (let i = 1; i < 20_000; i++) sum += Math.sqrt(i);
  return sum;
}

describe('the processor time of a thread', () => {
  it('counts what was used since the kernel last looked, too: each look says more', () => {
    const seen = new Set<number>();
    for (let look = 0; look < 200; look++) {
      work();
      seen.add(threadCpuTime());
    }
    expect(seen.size).toBeGreaterThan(190);
  });

  it('is no more than that of all threads', () => {
    const before = { thread: threadCpuTime(), process: processCpuTime() };
    for (let i = 0; i < 200; i++) work();
    const thread = threadCpuTime() - before.thread;
    expect(thread).toBeGreaterThan(0);
    expect(processCpuTime() - before.process).toBeGreaterThanOrEqual(thread - 1);
  });
});
