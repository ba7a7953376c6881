import type { Dialect, Queries } from '#storage/index.ts';
import { finishedStatuses, type FinishedStatus } from './settings.ts';

/** A finished job that may go: no other job that still exists needs it. */
export interface Candidate {
  readonly id: number;
  readonly status: FinishedStatus;
  readonly completed_at: number;
}

/** Where the last chunk of a walk ended, so that jobs that must stay are not passed over again. */
export interface Place {
  readonly completedAt: number;
  readonly id: number;
}

export const theBeginning: Place = { completedAt: -1, id: -1 };

const isNeeded = 'EXISTS (SELECT 1 FROM job_dependencies WHERE needs_job_id = jobs.id)';

/** Others may start a failed job again at this moment: their rows are left to them. */
const locked = (dialect: Dialect) => (dialect === 'postgres' ? ' FOR UPDATE SKIP LOCKED' : '');

/** The oldest jobs of a status that ended before a time, oldest first. */
export function expiredJobs(queries: Queries, status: FinishedStatus, before: number, after: Place, limit: number): Promise<Candidate[]> {
  return queries.all<Candidate>(
    `SELECT id, status, completed_at FROM jobs
     WHERE status = $1 AND completed_at < $2 AND completed_at >= $3 AND (completed_at > $3 OR id > $4) AND NOT ${isNeeded}
     ORDER BY completed_at, id LIMIT $5${locked(queries.dialect)}`,
    [status, before, after.completedAt, after.id, limit],
  );
}

/** The oldest finished jobs whatever their status, oldest first. */
export async function oldestJobs(queries: Queries, after: Place, limit: number): Promise<Candidate[]> {
  const oldest: Candidate[] = [];
  for (const status of finishedStatuses) oldest.push(...(await expiredJobs(queries, status, Number.MAX_SAFE_INTEGER, after, limit)));
  return oldest.toSorted((a, b) => a.completed_at - b.completed_at || a.id - b.id).slice(0, limit);
}

/** `column IN (ids)`, with the ids as one value `$<number>` so that the statement stays the same. */
export function isAmong(dialect: Dialect, column: string, number: number): string {
  return dialect === 'sqlite'
    ? `${column} IN (SELECT value FROM json_each($${number}))`
    : `${column} IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($${number} AS JSON)))`;
}

export const idList = (rows: readonly { readonly id: number }[]): string => JSON.stringify(rows.map(({ id }) => id));

/** What a row takes beside its texts: its other columns and its places in indexes, in bytes. Measured: 265 for a bare job, more with all its indexes. */
const rowBytes = { jobs: 600, executions: 400, lines: 60 } as const;

/** Roughly how many bytes jobs take with everything that hangs on them. Texts are not read for it. */
export async function bytesOfJobs(queries: Queries, ids: string): Promise<number> {
  const size = (column: string) => `coalesce(${queries.dialect === 'sqlite' ? 'octet_length' : 'pg_column_size'}(${column}), 0)`;
  const sizes = (...columns: string[]) => columns.map(size).join(' + ');
  const among = (column: string) => isAmong(queries.dialect, column, 1);
  const [row] = await queries.all<{ bytes: number }>(
    `SELECT coalesce((SELECT sum(${rowBytes.jobs} + ${sizes('input', 'options')}) FROM job_payloads WHERE ${among('job_id')}), 0)
       + coalesce((SELECT sum(${rowBytes.executions} + ${sizes('r.output', 'r.error', 'r.cost', 'r.effects', 'r.progress')})
           FROM executions e LEFT JOIN execution_results r ON r.execution_id = e.id WHERE ${among('e.job_id')}), 0)
       + coalesce((SELECT sum(${rowBytes.lines} + ${size('l.message')})
           FROM executions e JOIN execution_logs l ON l.execution_id = e.id WHERE ${among('e.job_id')}), 0)
       + coalesce((SELECT sum(r.size_bytes) FROM executions e JOIN execution_recordings r ON r.execution_id = e.id WHERE ${among('e.job_id')}), 0) AS bytes`,
    [ids],
  );
  return row!.bytes;
}
