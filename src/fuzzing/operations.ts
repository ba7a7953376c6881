import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { Executions } from '#executions/index.ts';
import { operation, type Settings } from '#kernel/index.ts';
import { archiveUnsafe, taskInvalid, taskNotFound, taskTooLarge, type Tasks } from '#tasks/index.ts';
import { findTasks } from '#task-tests/index.ts';
import { schemaTooHard } from './errors.ts';
import { fuzzTask, usualRuns, usualSeconds } from './fuzz-task.ts';
import { FuzzReport } from './report.ts';

/** What `tests.fuzz` leans on. */
export interface FuzzServices {
  readonly tasks: Pick<Tasks, 'load'>;
  readonly executions: Executions;
  readonly settings: Settings;
}

const Problem = z.object({ code: z.string(), message: z.string(), hint: z.string(), data: z.record(z.string(), z.unknown()) });

/** Answer of `tests.fuzz`: a report for every task of the path. */
export const FuzzAnswer = z.object({
  state: z
    .enum(['passed', 'failed', 'stopped'])
    .describe('failed: something was found, or a task could not be fuzzed. stopped: somebody ended it.'),
  path: z.string(),
  seed: z.number().int(),
  reports: z.array(FuzzReport),
  unloadable: z.array(Problem.extend({ path: z.string() })).describe('Tasks among several that could not be fuzzed, and why.'),
});
export type FuzzAnswer = z.infer<typeof FuzzAnswer>;

/** Largest seed: fast-check's are of 32 bits. */
const mostSeed = 2 ** 31 - 1;

export const fuzzOperation = operation({
  name: 'tests.fuzz',
  summary: 'Look for inputs and answers that a task does not cope with',
  details:
    'Runs a task with inputs made from its input schema and varied from its tests, and with the answers of its mocks going wrong in the ways answers do. ' +
    'It is found when the task throws an error of no class of its own, returns what its output schema does not allow, or does not come to an end. ' +
    'Each finding is made as small as it can be and written as a test that fails until the bug is mended. No request leaves the machine.',
  input: z.strictObject({
    path: z.string().min(1).describe('Folder or ZIP of a task, or a folder of tasks'),
    runs: z.number().int().min(1).max(10_000_000).optional().describe(`Runs per task; ${usualRuns} when absent`),
    seconds: z.number().positive().max(86_400).optional().describe('Longest time per task in which runs are begun'),
    seed: z.number().int().min(0).max(mostSeed).optional().describe('The same seed makes the same runs; by chance when absent'),
    allowErrors: z.array(z.string().min(1)).default([]).describe('Classes of errors that are no findings'),
    write: z.boolean().default(true).describe('Write a test for each finding into the folder of the task'),
  }),
  output: FuzzAnswer,
  errors: [taskNotFound, taskInvalid, taskTooLarge, archiveUnsafe, schemaTooHard],
  effect: 'write',
  permission: 'task:test',
  on: {},
  async run({ tasks, executions, settings }: FuzzServices, input, { signal, notify }): Promise<FuzzAnswer> {
    const seed = input.seed ?? randomInt(mostSeed);
    const found = findTasks(input.path);
    const reports: FuzzReport[] = [];
    const unloadable: FuzzAnswer['unloadable'] = [];
    for (const { path } of found) {
      if (signal.aborted) break;
      try {
        const report = await fuzzTask(
          { executions, settings },
          {
            task: await tasks.load(path),
            runs: input.runs,
            // Whoever names a number of runs wants that many.
            seconds: input.seconds ?? (input.runs === undefined ? usualSeconds : undefined),
            seed,
            allowErrors: input.allowErrors,
            writes: input.write,
            notify: (event) =>
              notify({ type: 'progress', update: found.length === 1 ? event : { ...event, message: `${path}: ${event.message}` } }),
            signal,
          },
        );
        reports.push(report);
      } catch (error) {
        if (found.length === 1) throw error;
        const known = [taskInvalid, taskTooLarge, archiveUnsafe, schemaTooHard].find((kind) => kind.is(error));
        if (known === undefined) throw error;
        const { code, message, hint, data } = error as InstanceType<typeof Error> & {
          code: string;
          hint: string;
          data: Record<string, unknown>;
        };
        unloadable.push({ path, code, message, hint, data });
      }
    }
    const isStopped = signal.aborted || reports.some(({ endedBy }) => endedBy === 'stop');
    const isBad = unloadable.length > 0 || reports.some(({ state }) => state === 'failed');
    return { state: isBad ? 'failed' : isStopped ? 'stopped' : 'passed', path: input.path, seed, reports, unloadable };
  },
});
