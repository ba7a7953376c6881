import { defineConfig } from 'vitest/config';

/** Tests that measure time or memory of hostile code, or step through code while it runs: others beside them would spoil what they measure. */
const alone = [
  'tests/abuse/**/*.test.ts',
  'tests/fuzzing/**/*.test.ts',
  'src/engine/**/*.test.ts',
  'src/fuzzing/**/*.test.ts',
  'src/debugging/**/*.test.ts',
];
const all = ['src/**/*.test.ts', 'tests/**/*.test.ts'];

export default defineConfig({
  test: {
    // Each file gets its own process: tests here spawn workers and count the processes they leave behind.
    pool: 'forks',
    globalSetup: ['src/testing/fresh-worker.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Some tests measure what a hostile task does to its neighbours, on a machine that runs other tests beside them. A second failure is a defect.
    retry: process.env['CI'] ? 1 : 0,
    projects: [
      // Most tests wait more than they compute: for processes, disks and databases.
      {
        extends: true,
        test: { name: 'beside', include: all, exclude: [...alone, '**/node_modules/**'], maxWorkers: 3, sequence: { groupOrder: 0 } },
      },
      { extends: true, test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
