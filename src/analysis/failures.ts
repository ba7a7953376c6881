import type { Failure, StoredLogLine } from '#executions/index.ts';
import { isoTimeOrNull } from '#kernel/index.ts';
import type { Database, SqlValue } from '#storage/index.ts';
import type { SimilarErrors } from './report/execution-analysis.ts';

/** A failure in a list, without what only a report needs. Times in milliseconds since 1970 UTC. */
export interface ListedFailure {
  readonly id: number;
  readonly taskId: number;
  readonly taskName: string;
  readonly code: string;
  readonly fingerprint: string | null;
  readonly completedAt: number;
  /** Null unless it was asked for. */
  readonly error: Failure | null;
}

/** What the database knows of failures of many executions. */
export interface Failures {
  /** Those equal to one, this one included; null where it has no fingerprint. */
  similarTo(executionId: number): Promise<SimilarErrors | null>;
  /** The number of the latest execution of a task that completed before another, if it is still stored. */
  lastGoodBefore(taskId: number, executionId: number): Promise<number | null>;
  /** The last lines that an execution logged, in order. */
  lastLines(executionId: number, most: number): Promise<readonly StoredLogLine[]>;
  /** The latest of a window, newest first. */
  between(window: FailureWindow): Promise<readonly ListedFailure[]>;
  /** The number of a task by number, uuid or name; null where there is none. */
  taskId(ref: string): Promise<number | null>;
}

export interface FailureWindow {
  readonly since: number;
  readonly until: number;
  readonly taskId: number | null;
  readonly withErrors: boolean;
  readonly limit: number;
  /** Only those that are older than this one: for the next part of a long list. */
  readonly before: { readonly completedAt: number; readonly id: number } | null;
}

/** Counting goes no further: ten thousand equal failures say as much as a million. */
const mostCounted = 10_000;
const mostLatest = 5;
const mostTasks = 10;
/** How far back a success is looked for: a task that has failed so often has not worked for a while. */
const mostLookedThrough = 2_000;

export function createFailures(database: Database): Failures {
  const { read } = database;
  return {
    async similarTo(executionId) {
      const [own] = await read.all<{ fingerprint: string | null }>(
        'SELECT error_fingerprint AS fingerprint FROM executions WHERE id = $1',
        [executionId],
      );
      if (own === undefined || own.fingerprint === null) return null;
      const { fingerprint } = own;
      const counted = await read.all<{ task_id: number; failures: number; first: number; last: number }>(
        `SELECT task_id, count(*) AS failures, min(completed_at) AS first, max(completed_at) AS last FROM (
           SELECT task_id, completed_at FROM executions WHERE error_fingerprint = $1 ORDER BY completed_at DESC LIMIT ${mostCounted}) AS latest
         GROUP BY task_id ORDER BY failures DESC, task_id`,
        [fingerprint],
      );
      const count = counted.reduce((sum, { failures }) => sum + failures, 0);
      const isCountExact = count < mostCounted;
      const [first] = isCountExact
        ? [{ at: Math.min(...counted.map((one) => one.first)) }]
        : await read.all<{ at: number }>('SELECT min(completed_at) AS at FROM executions WHERE error_fingerprint = $1', [fingerprint]);
      const latest = await read.all<{
        id: number;
        task_name: string;
        task_version: string;
        error_message: string | null;
        completed_at: number;
      }>(
        `SELECT executions.id, tasks.name AS task_name, task_version, error_message, completed_at
         FROM executions JOIN tasks ON tasks.id = executions.task_id
         WHERE error_fingerprint = $1 AND executions.id <> $2 ORDER BY completed_at DESC LIMIT ${mostLatest}`,
        [fingerprint, executionId],
      );
      const shown = counted.slice(0, mostTasks);
      const names = await namesOf(shown.map(({ task_id }) => task_id));
      return {
        fingerprint,
        count,
        isCountExact,
        firstSeenAt: isoTimeOrNull(count === 0 ? null : first!.at),
        lastSeenAt: isoTimeOrNull(count === 0 ? null : Math.max(...counted.map((one) => one.last))),
        tasks: shown.map(({ task_id, failures }) => ({ taskId: String(task_id), taskName: names.get(task_id) ?? '', count: failures })),
        latest: latest.map((one) => ({
          executionId: String(one.id),
          taskName: one.task_name,
          taskVersion: one.task_version,
          errorMessage: one.error_message === null ? null : one.error_message.slice(0, 200).toWellFormed(),
          completedAt: new Date(one.completed_at).toISOString(),
        })),
      };
    },

    async lastGoodBefore(taskId, executionId) {
      const [found] = await read.all<{ id: number }>(
        `SELECT id FROM (SELECT id, status FROM executions WHERE task_id = $1 AND id < $2 ORDER BY id DESC LIMIT ${mostLookedThrough}) AS earlier
         WHERE status = 'completed' ORDER BY id DESC LIMIT 1`,
        [taskId, executionId],
      );
      return found?.id ?? null;
    },

    async lastLines(executionId, most) {
      const rows = await read.all<{ number: number; level: string; message: string; logged_at: number }>(
        `SELECT number, level, message, logged_at FROM execution_logs WHERE execution_id = $1 ORDER BY number DESC LIMIT ${Math.floor(most)}`,
        [executionId],
      );
      return rows.map(({ logged_at: at, ...line }) => ({ ...line, at })).toReversed();
    },

    async between({ since, until, taskId, withErrors, limit, before }) {
      const values: SqlValue[] = [since, until];
      const conditions = [`e.status = 'failed'`, 'e.completed_at >= $1', 'e.completed_at <= $2'];
      if (taskId !== null) conditions.push(`e.task_id = $${values.push(taskId)}`);
      if (before !== null) {
        const at = values.push(before.completedAt);
        conditions.push(`(e.completed_at < $${at} OR (e.completed_at = $${at} AND e.id < $${values.push(before.id)}))`);
      }
      const rows = await read.all<{
        id: number;
        task_id: number;
        task_name: string;
        error_code: string | null;
        error_fingerprint: string | null;
        completed_at: number;
        error: string | null;
      }>(
        `SELECT e.id, e.task_id, tasks.name AS task_name, e.error_code, e.error_fingerprint, e.completed_at, ${withErrors ? 'r.error' : 'NULL AS error'}
         FROM executions AS e JOIN tasks ON tasks.id = e.task_id ${withErrors ? 'LEFT JOIN execution_results AS r ON r.execution_id = e.id' : ''}
         WHERE ${conditions.join(' AND ')} ORDER BY e.completed_at DESC, e.id DESC LIMIT ${Math.floor(limit)}`,
        values,
      );
      return rows.map((row) => ({
        id: row.id,
        taskId: row.task_id,
        taskName: row.task_name,
        code: row.error_code ?? '',
        fingerprint: row.error_fingerprint,
        completedAt: row.completed_at,
        error: row.error === null ? null : (JSON.parse(row.error) as Failure),
      }));
    },

    async taskId(ref) {
      if (/^\d{1,15}$/.test(ref)) return Number(ref);
      const [row] = await read.all<{ id: number }>('SELECT id FROM tasks WHERE uuid = $1 OR name = $2 ORDER BY id DESC LIMIT 1', [
        ref.toLowerCase(),
        ref,
      ]);
      return row?.id ?? null;
    },
  };

  async function namesOf(ids: readonly number[]): Promise<Map<number, string>> {
    if (ids.length === 0) return new Map();
    const rows = await read.kysely.selectFrom('tasks').select(['id', 'name']).where('id', 'in', ids).execute();
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}
