import type { Database } from '#storage/index.ts';
import { z } from 'zod';
import type { Manifest } from './backup.ts';

const count = z.number().int();

/** What a restore takes back: what is in the database now and not in the backup, and the other way round. */
export const RestoreEffect = z.object({
  jobsForgotten: count.describe('Jobs that were acknowledged after the backup. Nobody will know of them any more.'),
  jobsRunAgain: count.describe(
    'Jobs that have ended since. In the backup they wait or run: they run again, and do again what they do outside.',
  ),
  jobsWaitingNow: count.describe('Jobs that wait or run now, of those that are forgotten.'),
  jobsBack: count.describe('Jobs that were removed since, and come back.'),
  tasksChanged: count.describe('Tasks that were stored or changed since. Those that come from a source are read from it again.'),
  schedulesChanged: count.describe('Schedules that were made or changed since.'),
  rowsNow: z.record(z.string(), count).describe('Rows of each table of the backup, as there are now.'),
  rowsThen: z.record(z.string(), count).describe('Rows of each table in the backup.'),
});
export type RestoreEffect = z.infer<typeof RestoreEffect>;

/** Counts it in the database as it is now. A job that ends while it counts may be missing. */
export async function restoreEffect({ read }: Pick<Database, 'read'>, backup: Manifest): Promise<RestoreEffect> {
  const one = async (sql: string, values: readonly number[]) => (await read.all<{ n: number }>(sql, values))[0]!.n;
  const { lastJobId, takenAt, rows } = backup;
  const jobsForgotten = await one('SELECT count(*) AS n FROM jobs WHERE id > $1', [lastJobId]);
  const rowsNow: Record<string, number> = {};
  // The names are those of tables of ours in a file that was checked; another name would be none of them.
  for (const table of Object.keys(rows)) if (/^\w+$/.test(table)) rowsNow[table] = await one(`SELECT count(*) AS n FROM ${table}`, []);
  return {
    jobsForgotten,
    jobsRunAgain: await one('SELECT count(*) AS n FROM jobs WHERE id <= $1 AND completed_at > $2', [lastJobId, takenAt]),
    jobsWaitingNow: await one('SELECT count(*) AS n FROM jobs WHERE id > $1 AND completed_at IS NULL', [lastJobId]),
    jobsBack: Math.max(0, (rows['jobs'] ?? 0) - ((rowsNow['jobs'] ?? 0) - jobsForgotten)),
    tasksChanged: await one('SELECT count(*) AS n FROM tasks WHERE updated_at > $1', [takenAt]),
    schedulesChanged: await one('SELECT count(*) AS n FROM schedules WHERE updated_at > $1 AND is_system = 0', [takenAt]),
    rowsNow,
    rowsThen: rows,
  };
}
