import { createHash } from 'node:crypto';
import { z } from 'zod';
import { createMockedEffects, defaultIsolation, isolations } from '#engine/index.ts';
import type { Executions } from '#executions/index.ts';
import { canonicalJson, operation, type Clock, type Settings } from '#kernel/index.ts';
import { noTestMatches, readTestCases, type TestCase } from '#task-tests/index.ts';
import { archiveUnsafe, taskInvalid, taskNotFound, taskTooLarge, type Task } from '#tasks/index.ts';
import { checkComparable, compareWith, prepareBaseline, readBaseline, writeBaseline } from './baseline.ts';
import { BenchReport, type Conditions } from './bench-report.ts';
import { baselineUnreadable, baselineUnwritable, notComparable } from './errors.ts';
import { hostsOf, measure } from './measure.ts';
import { thisMachine } from './machine.ts';

/** What `executions.bench` leans on. */
export interface BenchParts {
  readonly tasks: { load(path: string): Promise<Task> };
  readonly executions: Executions;
  readonly settings: Settings;
  readonly clock: Clock;
  /** Version of this program. */
  readonly version: string;
  /** Told of every run that ended: how much is done (0 to 1), how many runs that were. */
  readonly onProgress?: (share: number, runs: number) => void;
}

const usualRuns = 1_000;

export const benchOperation = operation({
  name: 'executions.bench',
  summary: 'Run a task many times and measure it',
  details:
    'Runs a task again and again in this process, after some runs to warm up, and reports throughput, percentiles of wall-clock and processor time, heap and failures. ' +
    'Requests of the task are live unless a test is named whose mocks answer them. With a baseline it says whether the task became faster or slower, as far as that can be told from chance.',
  input: z
    .object({
      path: z.string().min(1).describe('Folder or ZIP file of the task'),
      input: z.unknown().optional().describe('Input as JSON; - for standard input'),
      test: z.string().min(1).optional().describe('Name or file of a test: its input, and its mocks instead of the network'),
      runs: z
        .number()
        .int()
        .min(1)
        .max(10_000_000)
        .optional()
        .describe(`How many runs are measured (${usualRuns} where neither this nor --seconds is given)`),
      seconds: z.number().positive().max(86_400).optional().describe('Measure for so long instead'),
      warmup: z.number().int().nonnegative().default(50).describe('Runs before the measurement begins'),
      concurrency: z.number().int().min(1).max(256).default(1).describe('Executions at once'),
      isolation: z
        .enum(isolations)
        .optional()
        .describe('What executions of the task share: nothing but code, nothing at all, or everything'),
      timeoutMs: z.number().int().positive().optional().describe('Longest wall-clock time of one run: seconds, or with a unit as in 500ms'),
      memoryMb: z.number().int().positive().optional().describe('JavaScript heap: MB, or with a unit as in 256MB, 1GB'),
      saveFile: z.string().min(1).optional().describe('File to write the measurement to, as a baseline for later ones'),
      baselineFile: z.string().min(1).optional().describe('File of an earlier measurement to compare with'),
      failIfSlower: z.boolean().default(false).describe('End with exit code 1 when the task became slower than the baseline'),
    })
    .refine(({ runs, seconds }) => runs === undefined || seconds === undefined, {
      path: ['seconds'],
      message: 'give either runs or seconds',
    })
    .refine(({ failIfSlower, baselineFile }) => !failIfSlower || baselineFile !== undefined, {
      path: ['failIfSlower'],
      message: 'needs a baseline',
    }),
  output: BenchReport,
  errors: [taskNotFound, taskInvalid, taskTooLarge, archiveUnsafe, noTestMatches, baselineUnreadable, baselineUnwritable, notComparable],
  effect: 'write',
  permission: 'task:run',
  on: {
    cli: {
      command: 'bench',
      positional: ['path'],
      flags: { path: '--from-fs', saveFile: '--save', baselineFile: '--baseline' },
      examples: [
        { line: `ratchet bench sample/js-tasks/addition --input-json '{"num1": 1, "num2": 2}' --runs 200`, about: 'Measures 200 runs' },
        {
          line: `ratchet bench sample/js-tasks/weather-api --test test-001 --runs 100 --save weather.json`,
          about: 'Answers requests with the mocks of a test, and keeps the measurement',
        },
        {
          line: `ratchet bench sample/js-tasks/weather-api --test test-001 --runs 100 --baseline weather.json`,
          about: 'Says whether it became faster or slower since',
        },
      ],
    },
  },
  async run(parts: BenchParts, input, { signal, notify }) {
    const before = input.baselineFile === undefined ? null : readBaseline(input.baselineFile);
    if (input.saveFile !== undefined) prepareBaseline(input.saveFile);
    const task = await parts.tasks.load(input.path);
    const test = input.test === undefined ? null : findTest(task, input.test);
    const value = input.input === undefined ? (test?.input ?? {}) : input.input;
    const conditions: Conditions = {
      task: { uuid: task.uuid, name: task.name, label: task.label, version: task.version, hash: task.hash },
      inputHash: createHash('sha256').update(canonicalJson(value)).digest('hex'),
      test: test?.name ?? null,
      isolation: input.isolation ?? task.isolation ?? parts.settings.get(defaultIsolation),
      concurrency: input.concurrency,
      machine: thisMachine(parts.version),
    };
    if (before !== null) checkComparable(input.baselineFile!, before, conditions);

    const measured = await measure(parts, {
      task,
      input: JSON.stringify(value),
      limits: { wallMs: input.timeoutMs ?? test?.timeoutMs ?? undefined, memoryMb: input.memoryMb },
      isolation: input.isolation,
      effects: test === null ? undefined : mocksOf(test, parts.settings),
      until: input.seconds === undefined ? { runs: input.runs ?? usualRuns } : { ms: input.seconds * 1000 },
      warmup: input.warmup,
      concurrency: input.concurrency,
      signal,
      onFirst(execution) {
        // A wrong input is wrong a thousand times.
        if (execution.error?.code === 'INPUT_INVALID') throw execution.error;
        const hosts = test === null ? hostsOf(execution) : [];
        if (hosts.length > 0) {
          notify({
            type: 'notice',
            message: `Each run makes live requests (${execution.effects.length} to ${hosts.slice(0, 3).join(', ')}): what is measured is the network, too. --test <name> answers them with the mocks of a test.`,
          });
        }
      },
      ...(parts.onProgress ? { onProgress: parts.onProgress } : {}),
    });
    const measurement = { ...measured, conditions };
    const isWhole = !signal.aborted;
    if (isWhole && input.saveFile !== undefined) writeBaseline(input.saveFile, measurement);
    return {
      state: isWhole ? ('measured' as const) : ('stopped' as const),
      measurement,
      comparison: before === null || measurement.runs === 0 ? null : compareWith(input.baselineFile!, before, measurement),
      saved: isWhole && input.saveFile !== undefined ? input.saveFile : null,
    };
  },
});

/** By its name or its file; a part will do where only one test has it. @throws TEST_NOT_FOUND */
function findTest(task: Task, asked: string): TestCase {
  const cases = readTestCases(task).filter((one) => one.kind === 'case');
  const exact = cases.find(({ name, file }) => name === asked || file === asked);
  if (exact) return exact;
  const alike = cases.filter(({ name, file }) => `${file} ${name}`.toLowerCase().includes(asked.toLowerCase()));
  if (alike.length === 1) return alike[0]!;
  const names = (alike.length > 0 ? alike : cases).slice(0, 20).map(({ name }) => JSON.stringify(name));
  throw noTestMatches({ asked: JSON.stringify(asked), total: cases.length, names });
}

function mocksOf({ mocks, seed, clock }: TestCase, settings: Settings) {
  return createMockedEffects(settings, { mocks, seed: seed ?? undefined, clock: clock ?? undefined });
}
