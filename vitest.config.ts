import { defineConfig } from 'vitest/config';

/** Tests in a real browser: they need both cores of a small machine to themselves. */
const BROWSER_TESTS = ['test/flow/*.flow.test.ts', 'test/**/*.browser.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: BROWSER_TESTS,
          // Two cores is the smallest machine we promise to pass on; more forks only contend.
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // What is waited for comes at once, but for a machine that others share.
          expect: { poll: { timeout: 10_000 } },
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'browser',
          include: BROWSER_TESTS,
          fileParallelism: false,
          // A call in real time, on a machine that others may share: a stall of theirs is no fault of ours.
          retry: 1,
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
