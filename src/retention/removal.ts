import { addToRowCounts, type Queries } from '#storage/index.ts';
import { idList, isAmong, type Candidate } from './candidates.ts';

/** Removes jobs with their payloads, executions, results, logs and recordings, and keeps the counts true. In the transaction of `queries`. */
export async function removeJobs(queries: Queries, jobs: readonly Candidate[], random: () => number): Promise<void> {
  const ids = idList(jobs);
  const executions = await queries.all<{ status: string; rows: number }>(
    `SELECT status, count(*) AS rows FROM executions WHERE ${isAmong(queries.dialect, 'job_id', 1)} GROUP BY status`,
    [ids],
  );
  await queries.run(`DELETE FROM jobs WHERE ${isAmong(queries.dialect, 'id', 1)}`, [ids]);
  const changes: Record<string, number> = {};
  for (const { status } of jobs) changes[`jobs.${status}`] = (changes[`jobs.${status}`] ?? 0) - 1;
  for (const { status, rows } of executions) changes[`executions.${status}`] = -rows;
  await addToRowCounts(queries, changes, random);
}

/** Executions after an id that ended before a time, by id: a window to look through, whatever hangs on them. */
export function endedExecutions(queries: Queries, before: number, afterId: number, limit: number): Promise<{ id: number }[]> {
  return queries.all<{ id: number }>('SELECT id FROM executions WHERE id > $1 AND completed_at < $2 ORDER BY id LIMIT $3', [
    afterId,
    before,
    limit,
  ]);
}

/** @returns how many lines went */
export function removeLogs(queries: Queries, executions: readonly { id: number }[]): Promise<number> {
  return queries.run(`DELETE FROM execution_logs WHERE ${isAmong(queries.dialect, 'execution_id', 1)}`, [idList(executions)]);
}

/** @returns how many recordings went */
export async function removeRecordings(queries: Queries, executions: readonly { id: number }[]): Promise<number> {
  const ids = idList(executions);
  await queries.run(`UPDATE executions SET has_recording = 0 WHERE has_recording = 1 AND ${isAmong(queries.dialect, 'id', 1)}`, [ids]);
  return queries.run(`DELETE FROM execution_recordings WHERE ${isAmong(queries.dialect, 'execution_id', 1)}`, [ids]);
}

/** Answers to repeated requests that nobody can ask for any more. @returns how many went */
export function removeExpiredKeys(queries: Queries, now: number, limit: number): Promise<number> {
  return queries.run(
    `DELETE FROM idempotency_keys WHERE (scope, key) IN (SELECT scope, key FROM idempotency_keys WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)`,
    [now, limit],
  );
}

/** @returns how many went */
export function removeExpiredResults(queries: Queries, now: number, limit: number): Promise<number> {
  return queries.run(
    'DELETE FROM cached_results WHERE key IN (SELECT key FROM cached_results WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)',
    [now, limit],
  );
}
