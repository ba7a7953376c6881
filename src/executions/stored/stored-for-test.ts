import type { Database } from '#storage/index.ts';
import type { FinishedExecution, NewStoredExecution } from '../execution-store.ts';

/** For tests: a task and a job for executions to belong to. @returns the job's id */
export async function jobForTest(database: Database, options: { readonly taskId?: number; readonly input?: string } = {}): Promise<number> {
  const { taskId = 1, input = '{}' } = options;
  return database.write(async (queries) => {
    await queries.run(
      `INSERT INTO tasks (id, uuid, name, label, version, storage_type, created_at, updated_at) VALUES ($1, $2, $3, $4, '1.0.0', 'database', 0, 0)
       ON CONFLICT (id) DO NOTHING`,
      [taskId, `00000000-0000-4000-8000-00000000000${taskId}`, `task-${taskId}`, `Task ${taskId}`],
    );
    const [job] = await queries.all<{ id: number }>(
      `INSERT INTO jobs (uuid, task_id, status, priority, turn, run_at, queued_at) VALUES ($1, $2, 'queued', 0, 0, 0, 0) RETURNING id`,
      [`job-${crypto.randomUUID()}`, taskId],
    );
    await queries.run('INSERT INTO job_payloads (job_id, input) VALUES ($1, $2)', [job!.id, input]);
    return job!.id;
  });
}

export function newExecutionForTest(jobId: number, parts: Partial<NewStoredExecution> = {}): NewStoredExecution {
  return {
    uuid: crypto.randomUUID(),
    taskId: 1,
    taskVersion: '1.0.0',
    taskChecksum: 'ab',
    jobId,
    attempt: 1,
    token: 1,
    status: 'running',
    owner: 'me',
    rateKey: null,
    queuedAt: 1_000,
    startedAt: parts.status === 'pending' ? null : 2_000,
    ...parts,
  };
}

export function finishedForTest(id: number, parts: Partial<FinishedExecution> = {}): FinishedExecution {
  return {
    id,
    status: 'completed',
    startedAt: null,
    completedAt: 2_500,
    output: '{"sum":3}',
    error: null,
    cost: { queueMs: 1, wallMs: 2, waitedMs: 0, cpuMs: 1, heapBytes: 10, requests: 0, bytesIn: 0, bytesOut: 0 },
    effects: null,
    progress: null,
    logs: [],
    logsDropped: 0,
    recording: null,
    ...parts,
  };
}

export const failureForTest = {
  code: 'TASK_FAILED',
  message: 'it broke',
  hint: 'mend it',
  retryable: false,
  data: { errorClass: 'Error' },
};

/** A request as it is stored with its execution. */
export const effectForTest = {
  number: 1,
  kind: 'http',
  method: 'GET',
  url: 'https://a.test/x',
  startedMs: 1,
  durationMs: 2,
  status: 200,
  failure: null,
  requestBytes: 0,
  responseBytes: 5,
  attempts: 1,
  site: null,
};
