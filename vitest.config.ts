import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { sharedCache } from './src/testing/checkout.ts';

/** Tests that measure time or memory of hostile code, or step through code while it runs: others beside them would spoil what they measure. */
const alone = [
  'tests/abuse/**/*.test.ts',
  'tests/fuzzing/**/*.test.ts',
  'src/engine/**/*.test.ts',
  'src/fuzzing/**/*.test.ts',
  'src/debugging/**/*.test.ts',
];

/** What takes minutes. Begun last, as small files are where nothing is known of them yet, they would run on when everything else has ended. */
const longOnes = ['tests/e2e/crash/crash.test.ts', 'tests/docs-examples.test.ts', 'tests/e2e/server/answers-as-declared.test.ts'];

class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longOnes.findIndex((name) => moduleId.endsWith(name));
      return place === -1 ? longOnes.length : place;
    };
    // No array is sorted here: that is the name of what a sequencer does.
    // oxlint-disable-next-line unicorn/no-array-sort
    const usual = await super.sort(files);
    return usual.toSorted((a, b) => rank(a) - rank(b));
  }
}

const all = ['src/**/*.test.ts', 'tests/**/*.test.ts'];

export default defineConfig({
  test: {
    // Each file gets its own process: tests here spawn workers and count the processes they leave behind.
    pool: 'forks',
    sequence: { sequencer: LongOnesFirst },
    globalSetup: ['src/testing/fresh-worker.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Some tests measure what a hostile task does to its neighbours, on a machine that runs other tests beside them. A second failure is a defect.
    retry: process.env['CI'] ? 1 : 0,
    // Also for programs that tests start with a home of their own: else each of them compiles everything anew, a second of processor time.
    env: sharedCache,
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
