import { z } from 'zod';
import { inspectorMissing } from '#engine/index.ts';
import { operation } from '#kernel/index.ts';
import { archiveUnsafe, taskInvalid, taskNotFound, taskTooLarge } from '#tasks/index.ts';
import { filterInvalid, noTestMatches, reportUnwritable } from './errors.ts';
import { TestReport } from './report.ts';
import type { TestRunner } from './run/run-tests.ts';
import type { UpdateProposal } from './update/update-expected.ts';

/** What `tests.run` leans on. */
export interface TestServices {
  readonly tests: TestRunner;
  /** Shows somebody what would be written and asks; absent where nobody can be asked. */
  readonly confirmUpdate?: ((proposals: readonly UpdateProposal[]) => Promise<boolean>) | undefined;
}

const reporters = ['default', 'verbose', 'json', 'junit'] as const;

export const runTestsOperation = operation({
  name: 'tests.run',
  summary: 'Run the tests of a task, or of every task in a folder',
  details:
    'Runs each case of tests/*.json in the sandbox with its mocks in place of the network, and compares output, error, log lines, progress and requests with what it expects. ' +
    'No request leaves the machine: one that no mock answers fails the test. The exit code is 0 when all tests passed or there are none, and 1 when some failed.',
  input: z.strictObject({
    path: z.string().min(1).describe('Folder or ZIP of a task, a file of its tests, or a folder of tasks'),
    filter: z.string().optional().describe('Run only tests with this in the name of task, file or test; /.../ is a regular expression'),
    only: z
      .array(z.string())
      .optional()
      .describe('Run only this task, file of tests, or single test (as a report names it); may be repeated'),
    bail: z
      .union([z.literal(true), z.number().int().positive()])
      .optional()
      .describe('Stop after so many failed tests; 1 without a number'),
    concurrency: z.number().int().min(1).max(256).optional().describe('Tests that run at once'),
    timeoutMs: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('Longest time of a test that names none: seconds, or with a unit as in 500ms, 2s'),
    update: z.boolean().default(false).describe('Write what came out into tests that expect another output, after asking'),
    coverage: z.boolean().default(false).describe('Say which lines, branches and functions of the code the tests reach'),
    yes: z.boolean().default(false).describe('Do not ask before --update writes'),
    watch: z.boolean().default(false).describe('Keep running: test again what changes'),
    reporter: z.enum(reporters).default('default').describe('What the report looks like'),
    outputFile: z.string().optional().describe('Write the report of --reporter to this file, and the default one to the screen'),
  }),
  output: TestReport,
  errors: [taskNotFound, taskInvalid, taskTooLarge, archiveUnsafe, inspectorMissing, noTestMatches, filterInvalid, reportUnwritable],
  effect: 'write',
  permission: 'task:test',
  on: {
    cli: {
      command: 'test',
      positional: ['path'],
      flags: { path: '--from-fs' },
      examples: [
        { line: 'ratchet test sample/js-tasks/addition', about: 'Run the tests of one task' },
        { line: 'ratchet test sample/js-tasks/weather-api --filter london', about: 'Only tests with london in their name' },
        {
          line: 'ratchet test --from-fs sample/js-tasks/tasks --reporter junit',
          about: 'Every task of a folder, as JUnit XML for a build server',
        },
        {
          line: 'ratchet test sample/js-tasks/addition --bail --format json',
          about: 'Stop at the first failure; one JSON document for programs',
        },
      ],
    },
  },
  async run({ tests, confirmUpdate }: TestServices, input, { signal, notify }) {
    const { path, filter, only, bail, concurrency, timeoutMs, coverage, update, yes } = input;
    const nobody = () => Promise.resolve(false);
    return tests.run({
      path,
      filter,
      only,
      bail: bail === true ? 1 : bail,
      concurrency,
      timeoutMs,
      coverage,
      confirmUpdate: update ? (yes ? () => Promise.resolve(true) : (confirmUpdate ?? nobody)) : undefined,
      signal,
      onEvent: (event) => notify({ type: 'progress', update: event }),
    });
  },
});
