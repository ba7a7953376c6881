import { by, idList, isIn, locked, type Queries } from '#storage/index.ts';
import { endableColumns, endWaiting, pastDeadline, releaseSatisfied, type EndableJob } from './end-waiting.ts';
import { StatusChanges } from './job-counts.ts';
import { Freed, passOn } from './room.ts';
import type { Hold } from '../job-store.ts';
import { isWaiting } from './stored-job.ts';
import type { StoreParts } from './store-parts.ts';

/** Rows of one transaction; the rest is due at once again. */
const perChunk = 1_000;

export interface Woken {
  readonly woken: number;
  readonly expired: number;
  readonly nextAt: number | null;
}

/** What has become due, what is too late, and what a rate limit lets go now. */
export async function wakeDue(queries: Queries, { executions, random, schedules }: StoreParts, now: number): Promise<Woken> {
  const changes = new StatusChanges();
  const freed = new Freed();
  const expired = await expire(queries, { executions, schedules, changes, freed, now });
  const due = await queries.run(
    `UPDATE jobs SET hold = NULL, held_until = NULL WHERE id IN (
       SELECT id FROM jobs ${by(queries, 'idx_jobs_held_until')} WHERE hold IN ('time', 'breaker') AND held_until <= $1 ORDER BY held_until LIMIT ${perChunk}${locked(queries, ' SKIP LOCKED')})`,
    [now],
  );
  for (const rate of await heldRates(queries)) freed.rates.add(rate);
  const passed = await passOn(queries, freed, now);
  await changes.write(queries, random);
  const isMore = due === perChunk || expired === perChunk;
  const times = [await nextHeldAt(queries), await nextDeadline(queries), passed.nextAt].filter((at) => at !== null);
  const nextAt = times.length === 0 ? null : Math.min(...times);
  return { woken: due + passed.woken, expired, nextAt: isMore ? now : nextAt };
}

async function expire(queries: Queries, ledger: Parameters<typeof endWaiting>[2]): Promise<number> {
  const late = await queries.all<EndableJob>(
    `SELECT ${endableColumns} FROM jobs ${by(queries, 'idx_jobs_deadline')} WHERE deadline IS NOT NULL AND ${isWaiting} AND deadline < $1
     ORDER BY deadline LIMIT ${perChunk}${locked(queries, ' SKIP LOCKED')}`,
    [ledger.now],
  );
  if (late.length > 0) await endWaiting(queries, late.map(pastDeadline), ledger);
  return late.length;
}

async function nextHeldAt(queries: Queries): Promise<number | null> {
  const [row] = await queries.all<{ at: number }>(
    `SELECT held_until AS at FROM jobs ${by(queries, 'idx_jobs_held_until')} WHERE hold IN ('time', 'breaker') ORDER BY held_until LIMIT 1`,
  );
  return row?.at ?? null;
}

async function nextDeadline(queries: Queries): Promise<number | null> {
  const [row] = await queries.all<{ at: number }>(
    `SELECT deadline AS at FROM jobs ${by(queries, 'idx_jobs_deadline')} WHERE deadline IS NOT NULL AND ${isWaiting} ORDER BY deadline LIMIT 1`,
  );
  // It may still start at that very millisecond.
  return row ? row.at + 1 : null;
}

/**
 * Looks at every reason for which jobs are held, and lets those go whose reason is no longer true: whatever was forgotten, by a crash or by a
 * defect, is found here. @param after continues a round through jobs that need others @returns where the next round begins
 */
export async function repair(queries: Queries, now: number, after: number): Promise<{ woken: number; after: number }> {
  let woken = await passOnAll(queries, now);
  const paused = new Set((await queries.all<{ task_id: number }>('SELECT task_id FROM pauses')).map(({ task_id }) => task_id));
  for (const task of await distinct<number>(queries, 'task_id', 'paused')) {
    if (!paused.has(task)) woken += await unhold(queries, task, 'paused');
  }
  for (const task of await distinct<number>(queries, 'task_id', 'disabled')) {
    const [row] = await queries.all<{ enabled: number }>('SELECT enabled FROM tasks WHERE id = $1', [task]);
    if (row?.enabled === 1) woken += await unhold(queries, task, 'disabled');
  }
  const dependents = await queries.all<{ id: number }>(
    `SELECT id FROM jobs WHERE hold = 'dependency' AND id > $1 ORDER BY id LIMIT ${perChunk}`,
    [after],
  );
  woken += await releaseSatisfied(
    queries,
    dependents.map(({ id }) => id),
    now,
  );
  return { woken, after: dependents.length === perChunk ? dependents.at(-1)!.id : 0 };
}

/** Looks at every limit that jobs wait for. */
export async function passOnAll(queries: Queries, now: number): Promise<number> {
  const freed = new Freed();
  for (const key of await distinct<string>(queries, 'concurrency_key', 'key', 'idx_jobs_held_key')) freed.keys.add(key);
  for (const task of await distinct<number>(queries, 'task_id', 'task')) freed.tasks.add(task);
  for (const rate of await heldRates(queries)) freed.rates.add(rate);
  return (await passOn(queries, freed, now)).woken;
}

/** Jobs whose version may not run are held like those of a task that is switched off, and stay so when that is switched on. */
const mayRun = ` AND NOT EXISTS (SELECT 1 FROM task_versions v JOIN tasks t ON t.id = v.task_id
  WHERE v.task_id = jobs.task_id AND v.needs_approval = 1 AND v.is_current = 1 AND v.version = coalesce(jobs.task_version, t.version))`;

/** Lets jobs of a task go that are held for one reason, as many as one transaction should touch. */
export async function unhold(queries: Queries, taskId: number, hold: 'paused' | 'disabled' | 'task' | 'breaker'): Promise<number> {
  const rows = await queries.all<{ id: number }>(
    `SELECT id FROM jobs ${by(queries, 'idx_jobs_held')} WHERE hold = $1 AND task_id = $2${hold === 'disabled' ? mayRun : ''} ORDER BY priority DESC, turn, id LIMIT ${perChunk}${locked(queries, ' SKIP LOCKED')}`,
    [hold, taskId],
  );
  if (rows.length === 0) return 0;
  return queries.run(`UPDATE jobs SET hold = NULL, held_until = NULL WHERE id ${isIn(queries, '$1')}`, [
    idList(
      queries,
      rows.map(({ id }) => id),
    ),
  ]);
}

const heldRates = (queries: Queries) => distinct<string>(queries, 'rate_key', 'rate', 'idx_jobs_held_rate');

/** The different values of an index's first column, jumping from one to the next instead of reading all rows. */
async function distinct<Value>(queries: Queries, column: string, hold: Hold, index = 'idx_jobs_held'): Promise<Value[]> {
  const from = `FROM jobs ${by(queries, index)} WHERE hold = '${hold}'`;
  const rows = await queries.all<{ value: Value }>(
    `WITH RECURSIVE jump(value) AS (
       SELECT (SELECT ${column} ${from} ORDER BY ${column} LIMIT 1)
       UNION ALL
       SELECT (SELECT ${column} ${from} AND ${column} > jump.value ORDER BY ${column} LIMIT 1) FROM jump WHERE jump.value IS NOT NULL)
     SELECT value FROM jump WHERE value IS NOT NULL`,
  );
  return rows.map(({ value }) => value);
}
