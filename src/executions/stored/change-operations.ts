import { operation, reference, TimeInput, type CallContext } from '#kernel/index.ts';
import { z } from 'zod';
import type { ExecutionRow } from '../execution-store.ts';
import { executionBusy, executionEnded, executionImmutable, executionNotFound, executionNotRetryable } from './errors.ts';
import { ExecutionId, whole } from './read-operations.ts';
import { executionOf, type ExecutionRequest, type StoredExecutionServices } from './services.ts';
import { canCancel, canRetry, ShownStoredExecution } from './shown.ts';

type ChangingServices = Pick<StoredExecutionServices, 'executionStore' | 'executionJobs' | 'executionRecordings' | 'settings'>;

const TaskRef = reference('task');
const Priority = z
  .union([z.number().int(), z.string().min(1).max(20)])
  .describe('Higher runs first: a number, or low, normal, high, critical');
const Done = z.object({ id: z.string(), jobId: z.string(), message: z.string() });
const done = (row: ExecutionRow, message: string) => ({ id: String(row.id), jobId: String(row.jobId), message });

export const cancelExecution = operation({
  name: 'executions.cancel',
  summary: 'Cancel an execution that has not ended',
  details:
    'One that waits never starts. One that runs is stopped at once; what it has already done outside, such as requests it sent, stays done.',
  input: z.object({ id: ExecutionId }),
  output: Done,
  errors: [executionNotFound, executionEnded],
  effect: 'write',
  permission: 'execution:cancel',
  on: {
    rest: { route: 'POST /executions/:id/cancel', answers: 'done' },
    graphql: 'cancelExecution',
    cli: {
      command: 'execution cancel',
      positional: ['id'],
      examples: [{ line: 'ratchet execution cancel 42', about: 'Stops execution 42, or lets it never start' }],
    },
  },
  async run({ executionStore, executionJobs }: ChangingServices, { id }, context) {
    const row = await executionOf(executionStore, id);
    if (!canCancel(row)) throw executionEnded({ id: String(row.id), status: row.status });
    await executionJobs.cancel(row.jobId, context);
    return done(row, row.status === 'pending' ? `Execution ${row.id} will not start.` : `Execution ${row.id} is being stopped.`);
  },
});

export const retryExecution = operation({
  name: 'executions.retry',
  summary: 'Run what failed or was cancelled again',
  details:
    'The job of the execution waits again from the start, with the same input unless another is given. A new execution is made; this one stays as it is.',
  input: z.object({ id: ExecutionId, input: z.unknown().optional().describe('Another input as JSON') }),
  output: Done,
  errors: [executionNotFound, executionNotRetryable],
  effect: 'write',
  permission: 'execution:create',
  on: {
    rest: { route: 'POST /executions/:id/retry', status: 201, answers: 'done', aliases: { inputData: 'input' } },
    graphql: 'retryExecution',
    cli: {
      command: 'execution retry',
      positional: ['id'],
      examples: [{ line: 'ratchet execution retry 42', about: 'Lets the job of execution 42 run once more' }],
    },
  },
  async run({ executionStore, executionJobs }: ChangingServices, { id, input }, context) {
    const row = await executionOf(executionStore, id);
    if (!canRetry(row)) throw executionNotRetryable({ id: String(row.id), status: row.status });
    await executionJobs.retry(row.jobId, input === undefined ? null : JSON.stringify(input), context);
    return done(row, `Job ${row.jobId} waits to run again.`);
  },
});

export const createExecution = operation({
  name: 'executions.create',
  summary: 'Ask for an execution of a task',
  details: 'Makes a job and answers with its execution, which is pending until the job starts. Nothing is waited for.',
  input: z.object({
    taskId: TaskRef,
    version: z.string().min(1).max(100).optional().describe('Version of the task; the current one otherwise'),
    input: z.unknown().default({}).describe('Input as JSON'),
    priority: Priority.optional(),
    scheduledFor: TimeInput.optional().describe('Not before this time'),
    timeoutMs: z.number().int().positive().optional().describe('Longest wall-clock time'),
    record: z.enum(['failed', 'all', 'none']).optional().describe('When its recording is stored'),
    options: z
      .object({ enable_recording: z.boolean(), priority: Priority, timeout_seconds: z.number().positive().max(86_400) })
      .partial()
      .optional()
      .describe('An older way to say record, priority and timeoutMs'),
  }),
  output: ShownStoredExecution,
  errors: [executionNotFound],
  effect: 'write',
  permission: 'execution:create',
  on: {
    rest: { route: 'POST /executions', status: 201, aliases: { inputData: 'input', processAt: 'scheduledFor' } },
    graphql: 'createExecution',
    without: { cli: '`ratchet job enqueue` asks for the same by its job, `ratchet task execute` waits for the end.' },
  },
  async run(services: ChangingServices, { options = {}, ...input }, context) {
    const { executionStore, executionJobs } = services;
    const older = {
      record: options.enable_recording === undefined ? null : options.enable_recording ? ('all' as const) : ('none' as const),
      timeoutMs: options.timeout_seconds === undefined ? null : Math.ceil(options.timeout_seconds * 1_000),
    };
    const request: ExecutionRequest = {
      task: input.taskId,
      version: input.version ?? null,
      input: JSON.stringify(input.input),
      priority: input.priority ?? options.priority ?? null,
      runAt: input.scheduledFor ?? null,
      timeoutMs: input.timeoutMs ?? older.timeoutMs,
      record: input.record ?? older.record,
      ignoresPause: false,
    };
    const { executionId } = await executionJobs.enqueue(request, context);
    return whole(services, await executionOf(executionStore, String(executionId)));
  },
});

export const updateExecution = operation({
  name: 'executions.update',
  summary: 'Change an execution (always refused)',
  details:
    'What an execution did is history and nobody can write it from outside. Older clients send such changes; they are told what to do instead. A request that changes nothing is answered with the execution.',
  input: z.object({
    id: ExecutionId,
    status: z.unknown().optional(),
    output: z.unknown().optional(),
    errorMessage: z.unknown().optional(),
    errorDetails: z.unknown().optional(),
    progress: z.unknown().optional(),
  }),
  output: ShownStoredExecution,
  errors: [executionNotFound, executionImmutable],
  effect: 'write',
  permission: 'execution:create',
  on: {
    rest: 'PATCH /executions/:id',
    graphql: 'updateExecution',
    without: { cli: 'It is always refused: it answers programs that were written for an earlier version.' },
  },
  async run(services: ChangingServices, { id, ...changes }) {
    const row = await executionOf(services.executionStore, id);
    const fields = Object.entries(changes).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    if (fields.length > 0) throw executionImmutable({ id: String(row.id), fields });
    return whole(services, row);
  },
});

export const removeExecution = operation({
  name: 'executions.remove',
  summary: 'Remove an execution that has ended',
  details: 'With its result, its log and its recording. Its job stays.',
  input: z.object({ id: ExecutionId }),
  output: Done,
  errors: [executionNotFound, executionBusy],
  effect: 'destroy',
  permission: 'execution:delete',
  on: {
    rest: { route: 'DELETE /executions/:id', answers: 'done' },
    graphql: 'deleteExecution',
    cli: {
      command: 'execution remove',
      positional: ['id'],
      examples: [{ line: 'ratchet execution remove 42', about: 'Forgets execution 42 and its log' }],
    },
  },
  async run({ executionStore }: ChangingServices, { id }) {
    const row = await executionOf(executionStore, id);
    if (await executionStore.remove(row.id)) return done(row, `Execution ${row.id} is removed.`);
    throw (await executionStore.find(id)) === null ? executionNotFound({ id }) : executionBusy({ id: String(row.id), status: row.status });
  },
});

export const runTask = operation({
  name: 'executions.run',
  summary: 'Run a task now and wait for what comes of it',
  details:
    'Makes a job that goes before all others, waits for its end and answers with the execution, whether it completed or failed. Retries are waited for, too. When the end does not come in time the answer is the execution as it is; it goes on.',
  input: z.object({
    id: TaskRef,
    version: z.string().min(1).max(100).optional().describe('Version of the task; the current one otherwise'),
    input: z.unknown().default({}).describe('Input as JSON'),
    timeoutMs: z.number().int().positive().optional().describe('Longest wall-clock time of the execution'),
    waitMs: z.number().int().min(0).max(3_600_000).default(300_000).describe('How long to wait for the end'),
    record: z.enum(['failed', 'all', 'none']).optional().describe('When its recording is stored'),
    ignorePause: z.boolean().default(false).describe('Run even while the task, or everything, is paused'),
  }),
  output: ShownStoredExecution,
  errors: [executionNotFound],
  effect: 'write',
  permission: 'task:run',
  on: {
    rest: { route: 'POST /tasks/:id/execute', aliases: { inputData: 'input' } },
    graphql: 'runTask',
    cli: {
      command: 'task execute',
      positional: ['id'],
      flags: { input: '--input-json' },
      examples: [
        {
          line: `ratchet task execute addition --input-json '{"num1": 5, "num2": 10}'`,
          about: 'Runs it on the server and prints what came of it',
        },
      ],
    },
  },
  async run(services: ChangingServices, input, context) {
    const { executionStore, executionJobs } = services;
    const { executionId, jobId } = await executionJobs.enqueue(
      {
        task: input.id,
        version: input.version ?? null,
        input: JSON.stringify(input.input),
        priority: 'critical',
        runAt: null,
        timeoutMs: input.timeoutMs ?? null,
        record: input.record ?? null,
        ignoresPause: input.ignorePause,
      },
      context,
    );
    await endedWithin(executionJobs, jobId, input.waitMs, context);
    // The job may have needed several attempts: the last one is what came of it.
    const attempts = await executionStore.attempts(jobId);
    const latest = attempts.at(-1);
    if (latest === undefined) throw executionNotFound({ id: String(executionId) });
    return whole(services, latest, attempts);
  },
});

async function endedWithin(
  jobs: ChangingServices['executionJobs'],
  jobId: number,
  waitMs: number,
  { signal }: Pick<CallContext, 'signal'>,
): Promise<void> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), waitMs);
  try {
    await jobs.ended(jobId, AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
