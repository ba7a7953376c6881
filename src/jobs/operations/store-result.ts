import { Failure, type Effect } from '#executions/index.ts';
import { isoTime, operation, Timestamp, TimeInput } from '#kernel/index.ts';
import { z } from 'zod';
import { jobInputTooLarge, jobTaskGone, jobVersionUnknown, storageRefuses } from '../errors.ts';
import { TaskRef } from '../job-request.ts';
import type { JobServices } from './services.ts';

const statuses = ['completed', 'failed', 'cancelled'] as const;

const ForeignRequest = z.object({
  method: z.string().min(1).max(20).default('GET'),
  url: z.string().min(1).max(8_000),
  status: z.number().int().min(100).max(599).nullish(),
  durationMs: z.number().nonnegative().nullish(),
});

export const storeResultOperation = operation({
  name: 'executions.store',
  summary: 'Store the result of a run that happened somewhere else',
  details:
    'Makes a job and an execution that have ended, so that what a task did outside of this server stands beside what it did here. The execution says who stored it in place of the process it ran in. Nothing is run and nothing is checked against the schemas of the task.',
  input: z
    .object({
      taskId: TaskRef,
      version: z.string().min(1).max(100).nullish().describe('Version of the task that ran; the current one otherwise'),
      input: z.unknown().default({}).describe('Input as JSON'),
      output: z.unknown().optional().describe('What the task returned, as JSON'),
      status: z
        .string()
        .transform((said) => said.toLowerCase())
        .pipe(z.enum(statuses))
        .default('completed')
        .describe('completed, failed or cancelled'),
      errorMessage: z.string().max(10_000).nullish().describe('Why it failed'),
      errorDetails: z
        .record(z.string(), z.unknown())
        .nullish()
        .describe('Whatever else is known of that; `code` is taken as the code of the error'),
      startedAt: TimeInput.nullish().describe('When it began; counted back from its end unless given'),
      completedAt: TimeInput.nullish().describe('When it ended; now unless given'),
      durationMs: z.number().int().nonnegative().max(31_536_000_000).nullish(),
      httpRequests: z.array(ForeignRequest).max(1_000).default([]).describe('Requests it made, without bodies'),
      recordingPath: z.string().max(1_000).nullish().describe('Where a recording of it lies; kept as a note with the job'),
    })
    .superRefine(({ status, errorMessage, output }, context) => {
      if (status === 'failed' && !errorMessage)
        context.addIssue({ code: 'custom', path: ['errorMessage'], message: 'is needed of a run that failed' });
      if (status !== 'completed' && output !== undefined && output !== null)
        context.addIssue({ code: 'custom', path: ['output'], message: `is for a run that completed, and this one has ${status}` });
    }),
  output: z
    .object({
      executionId: z.string(),
      uuid: z.string(),
      jobId: z.string(),
      taskId: z.string(),
      taskName: z.string(),
      version: z.string(),
      status: z.enum(['COMPLETED', 'FAILED', 'CANCELLED']),
      storedAt: Timestamp,
      message: z.string(),
    })
    .meta({ id: 'StoredResult' }),
  errors: [jobTaskGone, jobVersionUnknown, jobInputTooLarge, storageRefuses],
  effect: 'write',
  permission: 'execution:create',
  on: {
    rest: { route: 'POST /executions/results', status: 201, aliases: { inputData: 'input' } },
    graphql: 'storeResult',
    mcp: 'ratchet_store_result',
    without: { cli: 'What ran elsewhere is stored by the program that ran it; a person at a terminal has no such result.' },
  },
  async run({ jobs }: Pick<JobServices, 'jobs'>, request, { caller, now }) {
    const { status, durationMs } = request;
    const completedAt = request.completedAt ?? (request.startedAt == null ? now : Math.min(now, request.startedAt + (durationMs ?? 0)));
    const startedAt = Math.min(request.startedAt ?? completedAt - (durationMs ?? 0), completedAt);
    const { recordingPath } = request;
    const stored = await jobs.storeResult(
      {
        taskId: request.taskId,
        version: request.version ?? null,
        input: request.input,
        metadata: { storedBy: caller.name, ...(recordingPath ? { recordingPath } : {}) },
        startedAt,
        execution: {
          status,
          startedAt,
          completedAt,
          output: status === 'completed' ? JSON.stringify(request.output ?? null) : null,
          error: errorOf(request),
          cost: null,
          effects: request.httpRequests.length === 0 ? null : JSON.stringify(request.httpRequests.map(effectOf)),
          progress: null,
          logs: [],
          logsDropped: 0,
          recording: null,
        },
      },
      caller.name,
    );
    const job = await jobs.find(String(stored.jobId));
    return {
      executionId: String(stored.executionId),
      uuid: stored.executionUuid,
      jobId: String(stored.jobId),
      taskId: String(job.taskId),
      taskName: job.taskName,
      version: stored.version,
      status: status.toUpperCase() as Uppercase<typeof status>,
      storedAt: isoTime(now),
      message: `The result is stored as execution ${stored.executionId}.`,
    };
  },
});

interface Told {
  readonly status: (typeof statuses)[number];
  readonly errorMessage?: string | null | undefined;
  readonly errorDetails?: Readonly<Record<string, unknown>> | null | undefined;
}

function errorOf({ status, errorMessage, errorDetails }: Told): Failure | null {
  if (status === 'completed') return null;
  const { code, ...data } = errorDetails ?? {};
  const usual = status === 'failed' ? 'TASK_FAILED' : 'CANCELLED';
  return {
    code: typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,99}$/.test(code) ? code : usual,
    message: errorMessage ?? 'The run was cancelled.',
    hint: '',
    retryable: false,
    data,
  };
}

function effectOf({ method, url, status, durationMs }: z.output<typeof ForeignRequest>, index: number): z.input<typeof Effect> {
  return {
    number: index + 1,
    kind: 'http',
    method: method.toUpperCase(),
    url,
    startedMs: 0,
    durationMs: durationMs ?? 0,
    status: status ?? null,
    failure: null,
    requestBytes: 0,
    responseBytes: 0,
    attempts: 1,
    site: null,
  };
}

export const storingOperations = [storeResultOperation] as const;
