import { addToRowCounts, countedTables, type Queries } from '#storage/index.ts';
import { taskNotFound } from '../errors.ts';
import { lockRow, placeOfRow } from './catalogue-row.ts';
import { taskBusy, taskProtected, taskReadOnly } from './errors.ts';
import { isSystemTask } from './system-tasks.ts';

/**
 * Removes a task with all its versions, jobs and executions, in the transaction of `queries`.
 * @throws TASK_NOT_FOUND, TASK_BUSY, TASK_PROTECTED, TASK_READ_ONLY while what it comes from is there
 */
export async function removeTask(queries: Queries, id: number, random: () => number): Promise<void> {
  const row = await lockRow(queries, { id });
  if (row === undefined) throw taskNotFound({ ref: String(id) });
  if (isSystemTask(row.uuid)) throw taskProtected({ task: row.name });
  if (row.storage_type === 'file' && row.missing_since === null)
    throw taskReadOnly({ task: row.name, path: await placeOfRow(queries, row) });
  const changes: Record<string, number> = {};
  for (const table of countedTables) {
    const counts = await queries.all<{ status: string; rows: number }>(
      `SELECT status, count(*) AS rows FROM ${table} WHERE task_id = $1 GROUP BY status`,
      [id],
    );
    const running = counts.find(({ status }) => table === 'jobs' && status === 'processing');
    if (running !== undefined) throw taskBusy({ task: row.name, running: running.rows });
    for (const { status, rows } of counts) changes[`${table}.${status}`] = -rows;
  }
  await queries.run('DELETE FROM pauses WHERE task_id = $1', [id]);
  await queries.run('DELETE FROM tasks WHERE id = $1', [id]);
  await addToRowCounts(queries, changes, random);
}
