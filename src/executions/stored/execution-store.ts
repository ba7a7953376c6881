import { addToRowCounts, listRows, type Database, type Queries } from '#storage/index.ts';
import type { CostCard, CountChanges, ExecutionResult, ExecutionRow, ExecutionStatus, ExecutionStore } from '../execution-store.ts';
import type { Failure } from '../shown-execution.ts';
import { addChanges, executionCounts } from './execution-counts.ts';
import { createExecutionWrites } from './execution-writes.ts';
import { columnsByQueue, executionColumns } from './execution-columns.ts';
import { logLines, writeLogLines } from './log-lines.ts';

/**
 * Executions in either database.
 * @param random 0 up to 1: spreads writers over the rows of a count
 */
export function createExecutionStore(database: Database, random: () => number = Math.random): ExecutionStore {
  const { read } = database;
  return {
    writes: createExecutionWrites(random),

    async find(id) {
      const rows = rowsFrom(read);
      const found = /^\d{1,15}$/.test(id)
        ? rows.where('executions.id', '=', Number(id))
        : rows.where('executions.uuid', '=', id.toLowerCase());
      const row = await found.executeTakeFirst();
      return row === undefined ? null : executionRow(row);
    },

    async result(id) {
      const row = await read.kysely
        .selectFrom('executions')
        .leftJoin('execution_results', 'execution_results.execution_id', 'executions.id')
        .leftJoin('job_payloads', 'job_payloads.job_id', 'executions.job_id')
        .select(['input', 'output', 'error', 'cost', 'effects', 'execution_results.progress', 'logs_dropped'])
        .where('executions.id', '=', id)
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        input: row.input ?? 'null',
        output: row.output,
        error: row.error === null ? null : (JSON.parse(row.error) as Failure),
        cost: row.cost === null ? null : (JSON.parse(row.cost) as CostCard),
        effects: row.effects,
        progress: row.progress,
        logsDropped: row.logs_dropped ?? 0,
      } satisfies ExecutionResult;
    },

    async attempts(jobId) {
      return (await rowsFrom(read).where('executions.job_id', '=', jobId).orderBy('executions.id').limit(mostAttempts).execute()).map(
        executionRow,
      );
    },

    async list(request) {
      const isWhole = Object.keys(request.filter).length === 0;
      const total = async () => Object.values(await executionCounts(read)).reduce((sum, count) => sum + count, 0);
      const page = await listRows({
        queries: read,
        ...(request.sort.field === 'queuedAt'
          ? { from: rowsByQueue(read), columns: columnsByQueue() }
          : { from: rowsFrom(read), columns: executionColumns }),
        request,
        key: 'executions.id',
        ...(isWhole ? { exactTotal: total } : {}),
      });
      return { ...page, items: page.items.map(executionRow) };
    },

    logs: (id, query) => logLines(read, id, query),

    append: (id, token, lines, progress) =>
      database.write(async (queries) => {
        // Locks the row as well: whoever ends this execution comes before or after all of this.
        const isRunning = await queries.run(
          `UPDATE executions SET progress = coalesce($3, progress) WHERE id = $1 AND token = $2 AND status = 'running'`,
          [id, token, progress?.share ?? null],
        );
        if (isRunning === 0) return;
        await writeLogLines(queries, [{ id, logs: lines }]);
        if (progress === null) return;
        await queries.run(
          `INSERT INTO execution_results (execution_id, progress) VALUES ($1, $2)
           ON CONFLICT (execution_id) DO UPDATE SET progress = excluded.progress`,
          [id, progress.report],
        );
      }),

    async recording(id) {
      const [row] = await read.all<{ effects: Uint8Array }>('SELECT effects FROM execution_recordings WHERE execution_id = $1', [id]);
      return row?.effects ?? null;
    },

    remove: (id) =>
      database.write(async (queries) => {
        const [gone] = await queries.all<{ status: ExecutionStatus }>(
          `DELETE FROM executions WHERE id = $1 AND status IN ('completed', 'failed', 'cancelled') RETURNING status`,
          [id],
        );
        if (gone === undefined) return false;
        // Its job no longer has a latest attempt to look at.
        await queries.run('UPDATE jobs SET execution_id = NULL WHERE execution_id = $1', [id]);
        const counts: CountChanges = {};
        addChanges({ [gone.status]: -1 }, counts);
        await addToRowCounts(queries, counts, random);
        return true;
      }),

    async stats(now) {
      const byStatus = await executionCounts(read);
      const [average] = await read.all<{ ms: number | null }>(
        `SELECT avg(duration_ms) AS ms FROM (
           SELECT duration_ms FROM executions WHERE status = 'completed' ORDER BY completed_at DESC LIMIT ${mostAveraged}) AS latest`,
      );
      let ended = 0;
      for (const status of ['completed', 'failed', 'cancelled']) {
        const [counted] = await read.all<{ ended: number }>(
          'SELECT count(*) AS ended FROM executions WHERE status = $1 AND completed_at >= $2',
          [status, now - dayMs],
        );
        ended += counted!.ended;
      }
      return { byStatus, averageDurationMs: average!.ms, last24Hours: ended + byStatus.running };
    },
  };
}

const dayMs = 86_400_000;
/** Of the latest successes: an average over all times would hide what a new version does, and cost more with each run. */
const mostAveraged = 1_000;
const mostAttempts = 1_000;

function rowsFrom({ kysely }: Queries) {
  return kysely
    .selectFrom('executions')
    .innerJoin('tasks', 'tasks.id', 'executions.task_id')
    .innerJoin('jobs', 'jobs.id', 'executions.job_id')
    .selectAll('executions')
    .select(['tasks.uuid as task_uuid', 'tasks.name as task_name', 'tasks.label as task_label', 'jobs.uuid as job_uuid']);
}

/**
 * The same, jobs first: they have an index of when they were queued. SQLite takes the order of a cross join for an order.
 * A page passes over the jobs that have no execution yet, about a microsecond each.
 */
function rowsByQueue({ kysely }: Queries) {
  return kysely
    .selectFrom('jobs')
    .crossJoin('executions')
    .innerJoin('tasks', 'tasks.id', 'executions.task_id')
    .whereRef('executions.job_id', '=', 'jobs.id')
    .selectAll('executions')
    .select(['tasks.uuid as task_uuid', 'tasks.name as task_name', 'tasks.label as task_label', 'jobs.uuid as job_uuid']);
}

type FoundRow = Awaited<ReturnType<ReturnType<typeof rowsFrom>['execute']>>[number];

function executionRow(row: FoundRow): ExecutionRow {
  return {
    id: row.id,
    uuid: row.uuid,
    taskId: row.task_id,
    taskUuid: row.task_uuid,
    taskName: row.task_name,
    taskLabel: row.task_label,
    taskVersion: row.task_version,
    taskChecksum: row.task_checksum,
    jobId: row.job_id,
    jobUuid: row.job_uuid,
    attempt: row.attempt,
    status: row.status as ExecutionStatus,
    owner: row.owner,
    errorCode: row.error_code,
    errorMessage: row.error_message,
    progress: row.progress,
    hasRecording: row.has_recording === 1,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    durationMs: row.duration_ms,
  };
}
