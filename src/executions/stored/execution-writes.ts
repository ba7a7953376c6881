import { addToRowCounts, nextRowNumbers, type Queries, type SqlValue } from '#storage/index.ts';
import type { CountChanges, ExecutionStatus, ExecutionWrites, FinishedExecution, NewStoredExecution } from '../execution-store.ts';
import { failureFingerprint } from '../failure-fingerprint.ts';
import { addChanges, type StatusChanges } from './execution-counts.ts';
import { storable } from './storable.ts';
import { writeLogLines } from './log-lines.ts';

/**
 * The statements every attempt passes through, by hand: one row at a time on SQLite, where a statement costs microseconds, and one
 * statement for all rows on PostgreSQL, where it costs a round trip. Rows travel as one JSON text there, so that each statement is prepared
 * once, whatever their number.
 * @param random 0 up to 1: spreads writers over the rows of a count
 */
export function createExecutionWrites(random: () => number): ExecutionWrites {
  /** Counts are written at once unless the caller collects them. */
  async function count(queries: Queries, changes: StatusChanges, counts: CountChanges | undefined): Promise<void> {
    const own = counts ?? {};
    addChanges(changes, own);
    if (counts === undefined) await addToRowCounts(queries, own, random);
  }

  return {
    async begin(queries, executions, counts) {
      if (executions.length === 0) return [];
      const ids = queries.dialect === 'sqlite' ? await insertEach(queries, executions) : await insertAll(queries, executions);
      const changes: StatusChanges = {};
      for (const { status } of executions) changes[status] = (changes[status] ?? 0) + 1;
      await count(queries, changes, counts);
      return ids;
    },

    async start(queries, id, { taskVersion, taskChecksum, attempt, token, owner, startedAt }, counts) {
      const started = await queries.run(
        `UPDATE executions SET status = 'running', task_version = $1, task_checksum = $2, attempt = $3, token = $4, owner = $5, started_at = $6
         WHERE id = $7 AND status = 'pending'`,
        [taskVersion, taskChecksum, attempt, token, owner, startedAt, id],
      );
      if (started > 0) await count(queries, { pending: -started, running: started }, counts);
    },

    async finish(queries, executions, counts) {
      if (executions.length === 0) return;
      const ended = queries.dialect === 'sqlite' ? await endEach(queries, executions) : await endAll(queries, executions);
      const changes: StatusChanges = {};
      for (const { status, before } of ended) {
        changes[before] = (changes[before] ?? 0) - 1;
        changes[status] = (changes[status] ?? 0) + 1;
      }
      await count(queries, changes, counts);
    },

    async undo(queries, ids, counts) {
      let waiting = 0;
      let gone = 0;
      for (const id of ids) {
        const again = await queries.run(
          `UPDATE executions SET status = 'pending', owner = NULL, started_at = NULL, progress = NULL
           WHERE id = $1 AND status = 'running' AND is_promised = 1`,
          [id],
        );
        waiting += again;
        if (again > 0) await forgetResults(queries, id);
        else gone += await queries.run(`DELETE FROM executions WHERE id = $1 AND status = 'running'`, [id]);
      }
      await count(queries, { pending: waiting, running: -waiting - gone }, counts);
    },

    async removeOf(queries, jobId, counts) {
      const rows = await queries.all<{ status: ExecutionStatus; rows: number }>(
        'SELECT status, count(*) AS rows FROM executions WHERE job_id = $1 GROUP BY status',
        [jobId],
      );
      if (rows.length === 0) return;
      await queries.run('DELETE FROM executions WHERE job_id = $1', [jobId]);
      await count(queries, Object.fromEntries(rows.map((row) => [row.status, -row.rows])), counts);
    },
  };
}

/** What an attempt that never began may have left behind all the same. */
async function forgetResults(queries: Queries, id: number): Promise<void> {
  await queries.run('DELETE FROM execution_logs WHERE execution_id = $1', [id]);
  await queries.run('DELETE FROM execution_results WHERE execution_id = $1', [id]);
}

const insertColumns = `uuid, task_id, task_version, task_checksum, job_id, attempt, token, status, is_promised, owner, rate_key, queued_at, started_at`;

async function insertEach(queries: Queries, executions: readonly NewStoredExecution[]): Promise<number[]> {
  const ids = await nextRowNumbers(queries, 'executions', executions.length);
  for (const [index, one] of executions.entries()) {
    await queries.run(
      `INSERT INTO executions (id, ${insertColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [ids[index]!, ...Object.values(insertRow(one))],
    );
  }
  return ids;
}

async function insertAll(queries: Queries, executions: readonly NewStoredExecution[]): Promise<number[]> {
  const rows = await queries.all<{ id: number; uuid: string }>(
    `INSERT INTO executions (${insertColumns})
     SELECT ${insertColumns} FROM json_to_recordset($1::json) AS x(
       uuid text, task_id bigint, task_version text, task_checksum text, job_id bigint, attempt int, token bigint, status text,
       is_promised int, owner text, rate_key text, queued_at bigint, started_at bigint)
     RETURNING id, uuid`,
    [JSON.stringify(executions.map(insertRow))],
  );
  const ids = new Map(rows.map(({ id, uuid }) => [uuid, id]));
  return executions.map(({ uuid }) => ids.get(uuid)!);
}

/** In the order of `insertColumns`. */
function insertRow(one: NewStoredExecution): Record<string, SqlValue> {
  return {
    uuid: one.uuid,
    task_id: one.taskId,
    task_version: one.taskVersion,
    task_checksum: one.taskChecksum,
    job_id: one.jobId,
    attempt: one.attempt,
    token: one.token,
    status: one.status,
    is_promised: one.status === 'pending' ? 1 : 0,
    owner: one.owner,
    rate_key: one.rateKey,
    queued_at: one.queuedAt,
    started_at: one.startedAt,
  };
}

interface Ended {
  readonly status: ExecutionStatus;
  readonly before: 'pending' | 'running';
}

async function endEach(queries: Queries, executions: readonly FinishedExecution[]): Promise<Ended[]> {
  const ended: Ended[] = [];
  for (const one of executions) {
    const values = Object.values(endRow(one));
    const end = async (before: Ended['before']) =>
      (await queries.run(
        `UPDATE executions SET status = $2, error_code = $3, error_message = $4, progress = coalesce($5, progress), has_recording = $6,
           duration_ms = $8 - coalesce(started_at, $7), started_at = coalesce(started_at, $7), completed_at = $8, error_fingerprint = $9
         WHERE id = $1 AND status = '${before}'`,
        values,
      )) > 0;
    // Running, but for what is cancelled before it began.
    const before = (await end('running')) ? 'running' : (await end('pending')) ? 'pending' : null;
    if (before === null) continue;
    ended.push({ status: one.status, before });
    await queries.run(
      `INSERT INTO execution_results (${resultColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7) ${resultAgain}`,
      Object.values(resultRow(one)),
    );
    await writeLogLines(queries, [one]);
    await writeRecording(queries, one);
  }
  return ended;
}

async function endAll(queries: Queries, executions: readonly FinishedExecution[]): Promise<Ended[]> {
  const ended: Ended[] = [];
  const left = new Map(executions.map((one) => [one.id, one]));
  for (const before of ['running', 'pending'] as const) {
    if (left.size === 0) break;
    const rows = await queries.all<{ id: number }>(
      `UPDATE executions AS e SET status = x.status, error_code = x.error_code, error_message = x.error_message,
         progress = coalesce(x.progress, e.progress), has_recording = x.has_recording,
         duration_ms = x.completed_at - coalesce(e.started_at, x.started_at), started_at = coalesce(e.started_at, x.started_at),
         completed_at = x.completed_at, error_fingerprint = x.error_fingerprint
       FROM json_to_recordset($1::json) AS x(
         id bigint, status text, error_code text, error_message text, progress real, has_recording int, started_at bigint, completed_at bigint,
         error_fingerprint text)
       WHERE e.id = x.id AND e.status = '${before}' RETURNING e.id`,
      [JSON.stringify([...left.values()].map(endRow))],
    );
    const done = rows.map(({ id }) => left.get(id)!);
    for (const one of done) {
      left.delete(one.id);
      ended.push({ status: one.status, before });
    }
    for (const batch of batchesOf(done)) {
      await queries.run(
        `INSERT INTO execution_results (${resultColumns})
         SELECT ${resultColumns} FROM json_to_recordset($1::json) AS x(
           execution_id bigint, output text, error text, cost text, effects text, progress text, logs_dropped int) ${resultAgain}`,
        [JSON.stringify(batch.map(resultRow))],
      );
      await writeLogLines(queries, batch);
    }
    for (const one of done) await writeRecording(queries, one);
  }
  return ended;
}

/** In the order in which `endEach` names them. */
function endRow(one: FinishedExecution): Record<string, SqlValue> {
  return {
    id: one.id,
    status: one.status,
    error_code: one.error?.code ?? null,
    error_message: one.error === null ? null : storable(one.error.message),
    progress: one.progress?.share ?? null,
    has_recording: one.recording === null ? 0 : 1,
    started_at: one.startedAt,
    completed_at: one.completedAt,
    error_fingerprint: one.status === 'failed' && one.error !== null ? failureFingerprint(one.error) : null,
  };
}

const resultColumns = 'execution_id, output, error, cost, effects, progress, logs_dropped';
/** There is a row already when progress was reported while it ran. */
const resultAgain = `ON CONFLICT (execution_id) DO UPDATE SET output = excluded.output, error = excluded.error, cost = excluded.cost,
  effects = excluded.effects, progress = coalesce(excluded.progress, execution_results.progress), logs_dropped = excluded.logs_dropped`;

/** In the order of `resultColumns`. */
function resultRow(one: FinishedExecution): Record<string, SqlValue> {
  return {
    execution_id: one.id,
    output: one.output,
    error: one.error === null ? null : JSON.stringify(one.error),
    cost: one.cost === null ? null : JSON.stringify(one.cost),
    effects: one.effects,
    progress: one.progress?.report ?? null,
    logs_dropped: one.logsDropped,
  };
}

async function writeRecording(queries: Queries, { id, recording, completedAt }: FinishedExecution): Promise<void> {
  if (recording === null) return;
  await queries.run(
    `INSERT INTO execution_recordings (execution_id, effects, size_bytes, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (execution_id) DO UPDATE SET effects = excluded.effects, size_bytes = excluded.size_bytes`,
    [id, recording, recording.byteLength, completedAt],
  );
}

/** A statement carries outputs and logs of some megabytes at most, or those of one execution. */
const mostCharsTogether = 4_000_000;

function* batchesOf(executions: readonly FinishedExecution[]): Generator<FinishedExecution[]> {
  let batch: FinishedExecution[] = [];
  let chars = 0;
  for (const one of executions) {
    const own = one.logs.reduce((sum, { message }) => sum + message.length, (one.output?.length ?? 0) + (one.effects?.length ?? 0));
    if (batch.length > 0 && chars + own > mostCharsTogether) {
      yield batch;
      batch = [];
      chars = 0;
    }
    batch.push(one);
    chars += own;
  }
  if (batch.length > 0) yield batch;
}
