import { createExecutionWrites } from '#executions/stored/index.ts';
import { uuidV7 } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import type { ClaimedJob, ClaimRequest, Completion, JobStore, NewJob } from './job-store.ts';
import { createJobStore } from './store/create-job-store.ts';

/** 2026-01-01T00:00:00Z; tests count from here. */
export const start = Date.UTC(2026, 0, 1);

export interface QueueForTest {
  readonly database: Database;
  readonly store: JobStore;
  /** Adds a task. @returns its id */
  task(facts?: { enabled?: boolean; limit?: number | null }): Promise<number>;
  setTask(id: number, facts: { enabled?: boolean; limit?: number | null }): Promise<void>;
  enqueue(taskId: number, job?: Partial<NewJob>, now?: number): Promise<number>;
  claim(limit: number, now?: number, more?: Partial<ClaimRequest>): Promise<readonly ClaimedJob[]>;
  /** Ends attempts. */
  end(
    jobs: readonly ClaimedJob[],
    how?: Partial<Pick<Completion, 'retryAt' | 'isFree'>> & { failed?: boolean; now?: number },
  ): Promise<readonly string[]>;
}

let count = 0;
export const uuid = () => uuidV7(start + count++, Buffer.alloc(16, count.toString(36)));

export function newJob(taskId: number, job: Partial<NewJob> = {}): NewJob {
  return {
    uuid: uuid(),
    taskId,
    taskVersion: null,
    scheduleId: null,
    input: '{}',
    priority: 50,
    runAt: start,
    deadline: null,
    maxRetries: 3,
    concurrency: null,
    rate: null,
    unique: null,
    idempotency: null,
    ignoresPause: false,
    after: [],
    options: {},
    withExecution: null,
    ...job,
  };
}

export function ended(
  job: ClaimedJob,
  { failed = false, retryAt = null, isFree = false, now = start }: Parameters<QueueForTest['end']>[1] = {},
): Completion {
  return {
    jobId: job.id,
    token: job.token,
    retryAt,
    isFree,
    execution: {
      id: job.execution.id,
      status: failed ? 'failed' : 'completed',
      startedAt: job.startedAt,
      completedAt: now,
      output: failed ? null : '1',
      error: failed ? { code: 'TASK_FAILED', message: 'it broke', hint: 'look', retryable: false, data: {} } : null,
      cost: null,
      effects: null,
      progress: null,
      logs: [],
      logsDropped: 0,
      recording: null,
    },
  };
}

/** The store over a database that is open, with ways to say what a test means in few words. */
export function queueForTest(database: Database): QueueForTest {
  const store = createJobStore({ database, executions: createExecutionWrites(() => 0), random: () => 0 });
  let tasks = 0;
  return {
    database,
    store,
    async task({ enabled = true, limit = null } = {}) {
      const name = `task-${tasks++}`;
      return database.write(async (queries) => {
        const [row] = await queries.all<{ id: number }>(
          `INSERT INTO tasks (uuid, name, label, version, storage_type, enabled, max_concurrent, created_at, updated_at)
           VALUES ($1, $2, $2, '1.0.0', 'file', $3, $4, $5, $5) RETURNING id`,
          [uuid(), name, enabled ? 1 : 0, limit, start],
        );
        await queries.run(
          `INSERT INTO task_versions (task_id, version, checksum, files, metadata, changed_by, created_at) VALUES ($1, '1.0.0', 'sum', '{}', '{}', 'test', $2)`,
          [row!.id, start],
        );
        return row!.id;
      });
    },
    async setTask(id, { enabled, limit }) {
      await database.write(async (queries) => {
        if (enabled !== undefined) await queries.run('UPDATE tasks SET enabled = $2 WHERE id = $1', [id, enabled ? 1 : 0]);
        if (limit !== undefined) await queries.run('UPDATE tasks SET max_concurrent = $2 WHERE id = $1', [id, limit]);
      });
    },
    async enqueue(taskId, job = {}, now = start) {
      const [made] = await store.enqueue([newJob(taskId, { runAt: now, ...job })], now, 1_000_000);
      return made!.id;
    },
    claim: (limit, now = start, more = {}) =>
      store.claim({
        owner: 'me',
        now,
        leaseUntil: now + 30_000,
        limit,
        newExecutionUuid: uuid,
        brokenTasks: new Map(),
        ...more,
      }),
    end: (jobs, how = {}) => store.complete(jobs.map((job) => ended(job, how))),
  };
}

/** The same database without a job, a task or a pause. */
export async function emptied(database: Database): Promise<Database> {
  await database.write(async (queries) => {
    for (const table of ['jobs', 'executions', 'tasks', 'pauses', 'row_counts', 'idempotency_keys'])
      await queries.run(`DELETE FROM ${table}`);
  });
  return database;
}
