import { isolations } from '#engine/index.ts';
import { operation, type Json, type RatchetError } from '#kernel/index.ts';
import { archiveUnsafe, taskInvalid, taskNotFound, taskTooLarge, type Task } from '#tasks/index.ts';
import { z } from 'zod';
import type { Execution } from './execution.ts';
import type { Executions } from './run.ts';

/** What `executions.runOnce` leans on. */
export interface RunOnceParts {
  tasks: { load(path: string): Promise<Task> };
  executions: Executions;
}

const Failure = z.object({
  code: z.string().describe('A stable word for programs, such as TASK_FAILED.'),
  message: z.string(),
  hint: z.string(),
  retryable: z.boolean().describe('True when the same run may succeed later.'),
  data: z.record(z.string(), z.unknown()),
});

const Effect = z.object({
  number: z.number().int(),
  kind: z.literal('http'),
  method: z.string(),
  url: z.string(),
  startedMs: z.number().describe('Since the execution began.'),
  durationMs: z.number(),
  status: z.number().int().nullable(),
  failure: z.object({ name: z.string(), message: z.string(), reason: z.string() }).nullable(),
  requestBytes: z.number(),
  responseBytes: z.number(),
  attempts: z.number(),
});

const TaskIdentity = z.object({ uuid: z.string(), version: z.string(), label: z.string() });

const Ran = z.object({
  state: z.enum(['completed', 'failed']),
  id: z.string(),
  task: TaskIdentity,
  output: z.unknown().describe('What the task returned; null when it failed.'),
  error: Failure.nullable(),
  startedAt: z.number().describe('Milliseconds since 1970 UTC.'),
  cost: z.object({
    wallMs: z.number(),
    waitedMs: z.number(),
    cpuMs: z.number(),
    heapBytes: z.number(),
    requests: z.number(),
    bytesIn: z.number(),
    bytesOut: z.number(),
  }),
  effects: z.array(Effect),
  logs: z.array(z.object({ level: z.string(), message: z.string(), at: z.number() })),
  logsDropped: z.number(),
  turns: z.array(z.string()).describe('What woke the task, in order: r1 the end of its first request, t1 its first timer.'),
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
  input: z.object({
    path: z.string().min(1).describe('Folder or ZIP file of the task'),
    input: z.unknown().default({}).describe('Input as JSON; - for standard input'),
    timeoutMs: z.number().int().positive().optional().describe('Longest wall-clock time: seconds, or with a unit as in 500ms, 2s, 1m'),
    memoryMb: z.number().int().positive().optional().describe('JavaScript heap: MB, or with a unit as in 256MB, 1GB'),
    isolation: z.enum(isolations).optional().describe('What executions of the task share: nothing but code, nothing at all, or everything'),
    dryRun: z.boolean().default(false).describe('Do everything but call the task: compile its code and schemas, check the input'),
    trace: z.boolean().default(false).describe('Print requests, log lines and time as a timeline on standard error'),
  }),
  output: RunOnceAnswer,
  errors: [taskNotFound, taskInvalid, taskTooLarge, archiveUnsafe],
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
      ],
    },
  },
  async run({ tasks, executions }: RunOnceParts, input, { signal, notify }) {
    notify({ type: 'phase', name: 'load' });
    const task = await tasks.load(input.path);
    const identity = { uuid: task.uuid, version: task.version, label: task.label };
    notify({ type: 'phase', name: 'run' });
    const execution = await executions.run({
      task,
      input: JSON.stringify(input.input),
      limits: { wallMs: input.timeoutMs, memoryMb: input.memoryMb },
      isolation: input.isolation,
      checkOnly: input.dryRun,
      signal,
      onLog: (line) => notify({ type: 'log', ...line }),
      onProgress: (update) => notify({ type: 'progress', update }),
    });
    if (input.dryRun && execution.error === null) return { state: 'not-run' as const, task: identity, checked: whatDryRunChecks(task) };
    return ranAnswer(execution, identity);
  },
});

function ranAnswer(
  { output, error, id, state, startedAt, cost, effects, logs, logsDropped, turns }: Execution,
  task: z.infer<typeof TaskIdentity>,
) {
  return {
    id,
    task,
    state,
    output: output === null ? null : (JSON.parse(output) as Json),
    error: error && failureOf(error),
    startedAt,
    cost,
    effects: [...effects],
    logs: [...logs],
    logsDropped,
    turns: [...turns],
  };
}

function failureOf(error: RatchetError) {
  return error.toJSON();
}

function whatDryRunChecks({ inputSchema, outputSchema }: Task): string[] {
  return ['metadata', 'code', ...(inputSchema ? ['input schema', 'input'] : []), ...(outputSchema ? ['output schema'] : [])];
}
