import { inspectorMissing, isolations } from '#engine/index.ts';
import { operation, toRatchetError } from '#kernel/index.ts';
import { archiveUnsafe, taskInvalid, taskNotFound, taskTooLarge, type Task } from '#tasks/index.ts';
import { z } from 'zod';
import type { Execution } from './execution.ts';
import { lookingIn, lookInto, profileOf, SavedProfile, type Debugging } from './looking-in.ts';
import type { Executions } from './run.ts';
import { Failure, failureOf, identityOf, ShownExecution, shownExecution, TaskIdentity } from './shown-execution.ts';

/** What `executions.runOnce` leans on. */
export interface RunOnceParts {
  tasks: { load(path: string): Promise<Task> };
  executions: Executions;
  recorder: Recorder;
  /** Made when a trace is wanted. */
  tracer: () => Promise<Tracer>;
  /** Made when a debugger or a profile is wanted. */
  debugging: () => Promise<Debugging>;
}

/** Keeps executions for replays; the recordings feature is one. */
export interface Recorder {
  /** Finds out before the run whether the folder can be written. @throws RECORDING_UNWRITABLE */
  prepare(folder: string): Promise<void>;
  /** @returns the path of the recording @throws RECORDING_UNWRITABLE */
  write(folder: string, execution: Execution, task: Task): Promise<string>;
}

export type { Debugging, SavedProfile } from './looking-in.ts';

export const traceFormats = ['text', 'html', 'json'] as const;

/** Writes traces; the debugging feature is one. */
export interface Tracer {
  /** @param file a name made of the task's when null @returns its path @throws TRACE_UNWRITABLE */
  write(execution: Execution, task: Task, format: 'html' | 'json', file: string | null): string;
}

const Ran = ShownExecution.extend({
  recording: z
    .union([z.object({ path: z.string() }), z.object({ error: Failure })])
    .nullable()
    .describe('Where the recording is, or why it could not be written.'),
  traceFile: z
    .union([z.object({ path: z.string() }), z.object({ error: Failure })])
    .nullable()
    .describe('Where the page or the JSON of the trace is, or why it could not be written.'),
  profile: z
    .union([SavedProfile, z.object({ error: Failure })])
    .nullable()
    .describe('Where the CPU profile is and what took most time, or why it could not be written.'),
});

const NotRun = z.object({
  state: z.literal('not-run'),
  task: TaskIdentity,
  checked: z.array(z.string()).describe('What was looked at and found good.'),
});

/** Answer of `executions.runOnce`. */
export const RunOnceAnswer = z.discriminatedUnion('state', [Ran, NotRun]);
export type RunOnceAnswer = z.infer<typeof RunOnceAnswer>;

export const runOnceOperation = operation({
  name: 'executions.runOnce',
  summary: 'Run a task once and print its output',
  details:
    'Loads the task from a folder or ZIP file, checks the input against its input schema, runs it in the sandbox and checks the output. ' +
    'The output alone goes to standard output; log lines, progress and errors go to standard error. Nothing is stored.',
  input: z
    .object({
      path: z.string().min(1).describe('Folder or ZIP file of the task'),
      input: z.unknown().default({}).describe('Input as JSON; - for standard input'),
      timeoutMs: z.number().int().positive().optional().describe('Longest wall-clock time: seconds, or with a unit as in 500ms, 2s, 1m'),
      memoryMb: z.number().int().positive().optional().describe('JavaScript heap: MB, or with a unit as in 256MB, 1GB'),
      isolation: z
        .enum(isolations)
        .optional()
        .describe('What executions of the task share: nothing but code, nothing at all, or everything'),
      dryRun: z.boolean().default(false).describe('Do everything but call the task: compile its code and schemas, check the input'),
      record: z
        .string()
        .min(1)
        .optional()
        .meta({ description: 'Folder for a recording: requests, log, and all that a replay needs', placeholder: 'path' }),
      trace: z.boolean().default(false).describe('Print requests, log lines and time as a timeline on standard error'),
      traceFormat: z
        .enum(traceFormats)
        .optional()
        .describe('A trace as a timeline on standard error, or in a file: a page for a browser, with a CPU profile (html), or data (json)'),
      ...lookingIn,
      traceFile: z.string().min(1).optional().describe('File for the trace, html unless it ends in .json; named for the task otherwise'),
    })
    .refine(({ traceFormat, traceFile }) => traceFormat !== 'text' || traceFile === undefined, {
      path: ['traceFile'],
      message: 'is for html and json; a trace as text goes to standard error',
    }),
  output: RunOnceAnswer,
  errors: [taskNotFound, taskInvalid, taskTooLarge, archiveUnsafe, inspectorMissing],
  effect: 'write',
  permission: 'task:run',
  on: {
    cli: {
      command: 'run-once',
      positional: ['path'],
      flags: { path: '--from-fs' },
      examples: [
        { line: `ratchet run-once --from-fs sample/js-tasks/addition --input-json='{"num1": 5, "num2": 10}'`, about: 'Prints {"sum": 15}' },
        {
          line: `echo '{"num1": 5, "num2": 10}' | ratchet run-once sample/js-tasks/addition --input-json -`,
          about: 'Takes the input from standard input',
        },
        { line: 'ratchet run-once sample/js-tasks/addition --dry-run', about: 'Checks that the task can be run, and does not run it' },
        {
          line: `ratchet run-once sample/js-tasks/addition --input-json '{"num1": 1, "num2": 2}' --timeout 500ms --memory 64MB --trace`,
          about: 'Within tight limits, showing what happened when',
        },
        {
          line: `ratchet run-once sample/js-tasks/addition --input-json '{"num1": 1, "num2": 2}' --record ./recordings`,
          about: 'Keeps a recording that `ratchet replay` can run again, offline',
        },
        {
          line: `ratchet run-once sample/js-tasks/addition --input-json '{"num1": 1, "num2": 2}' --trace-format html --trace-file trace.html`,
          about: 'Writes a page that shows what happened when, and opens in any browser',
        },
        {
          line: `ratchet run-once sample/js-tasks/addition --input-json '{"num1": 1, "num2": 2}' --profile=addition.cpuprofile`,
          about: 'Writes a CPU profile and says what took most time; --inspect-brk lets a debugger in',
        },
      ],
    },
  },
  async run({ tasks, executions, recorder, tracer, debugging }: RunOnceParts, input, { signal, notify }) {
    if (input.record !== undefined) await recorder.prepare(input.record);
    notify({ type: 'phase', name: 'load' });
    const task = await tasks.load(input.path);
    const identity = identityOf(task);
    const trace = traceWanted(input.traceFormat, input.traceFile);
    const lookedInto = await lookInto(task, input.dryRun ? {} : input, debugging, notify);
    const forTrace = trace?.format === 'html' && !input.dryRun ? { profile: true } : undefined;
    notify({ type: 'phase', name: 'run' });
    const execution = await executions
      .run({
        task,
        input: JSON.stringify(input.input),
        limits: { wallMs: input.timeoutMs, memoryMb: input.memoryMb },
        isolation: input.isolation,
        withSites: true,
        instruments: lookedInto.instruments && forTrace ? { ...lookedInto.instruments, ...forTrace } : (lookedInto.instruments ?? forTrace),
        checkOnly: input.dryRun,
        signal,
        onLog(line) {
          notify({ type: 'log', ...line });
          lookedInto.log(line);
        },
        onProgress: (update) => notify({ type: 'progress', update }),
      })
      .finally(() => lookedInto.close());
    const profile = profileOf(execution, input);
    if (input.dryRun && execution.error === null) return { state: 'not-run' as const, task: identity, checked: whatDryRunChecks(task) };
    return {
      ...shownExecution(execution, identity),
      recording: input.record === undefined || input.dryRun ? null : await kept(recorder, input.record, execution, task),
      traceFile: trace === null || input.dryRun ? null : await traced(tracer, execution, task, trace),
      profile: profile && (await profiled(debugging, execution, task, profile)),
    };
  },
});

/** An execution that has ended keeps its result, whatever becomes of its recording. */
async function kept(recorder: Recorder, folder: string, execution: Execution, task: Task): Promise<z.infer<typeof Ran>['recording']> {
  try {
    return { path: await recorder.write(folder, execution, task) };
  } catch (caught) {
    return { error: failureOf(toRatchetError(caught, 'write the recording')) };
  }
}

/** What kind of file, if any: a name alone says it with its ending. */
function traceWanted(format: (typeof traceFormats)[number] | undefined, file: string | undefined): TraceWanted | null {
  if (format === 'text' || (format === undefined && file === undefined)) return null;
  return { format: format ?? (file!.endsWith('.json') ? 'json' : 'html'), file: file ?? null };
}

interface TraceWanted {
  readonly format: 'html' | 'json';
  readonly file: string | null;
}

async function traced(
  tracer: RunOnceParts['tracer'],
  execution: Execution,
  task: Task,
  { format, file }: TraceWanted,
): Promise<z.infer<typeof Ran>['traceFile']> {
  try {
    return { path: (await tracer()).write(execution, task, format, file) };
  } catch (caught) {
    return { error: failureOf(toRatchetError(caught, 'write the trace')) };
  }
}

async function profiled(
  debugging: RunOnceParts['debugging'],
  execution: Execution,
  task: Task,
  { profile, file }: NonNullable<ReturnType<typeof profileOf>>,
): Promise<z.infer<typeof Ran>['profile']> {
  try {
    return (await debugging()).saveProfile(task, profile, file, execution.startedAt);
  } catch (caught) {
    return { error: failureOf(toRatchetError(caught, 'write the profile')) };
  }
}

function whatDryRunChecks({ inputSchema, outputSchema }: Task): string[] {
  return ['metadata', 'code', ...(inputSchema ? ['input schema', 'input'] : []), ...(outputSchema ? ['output schema'] : [])];
}
