import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    // Each file gets its own process: tests here spawn workers and count the processes they leave behind.
    pool: 'forks',
    globalSetup: ['src/testing/fresh-worker.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Some tests measure what a hostile task does to its neighbours, on a machine that runs other tests beside them. A second failure is a defect.
    retry: process.env['CI'] ? 1 : 0,
  },
});
