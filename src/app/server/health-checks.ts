import { statfs } from 'node:fs/promises';
import type { Backups } from '#backups/index.ts';
import type { Dispatcher } from '#jobs/index.ts';
import { isoTime, type Clock } from '#kernel/index.ts';
import type { HealthFinding } from '#observe/index.ts';
import type { Schedules } from '#schedules/index.ts';
import type { Database } from '#storage/index.ts';
import type { Workers } from '#workers/index.ts';

interface Looked {
  readonly database: Database;
  readonly dispatcher: Dispatcher;
  readonly workers: Workers;
  readonly schedules: Pick<Schedules, 'stats'>;
  readonly sources: { health(): Promise<HealthFinding> };
  readonly backups: Pick<Backups, 'staged'>;
  readonly clock: Clock;
  /** Where the data lies on this machine; null when it does not. */
  readonly dataFolder: string | null;
}

/** Less room than this and somebody should look. */
const littleRoomBytes = 500 * 1024 ** 2;

/** A schedule that is due for longer than this is planned by nobody. */
const overdueMs = 60_000;

/** What `/health` looks at. */
export function healthChecks({
  database,
  dispatcher,
  workers,
  schedules,
  sources,
  backups,
  clock,
  dataFolder,
}: Looked): Readonly<Record<string, () => Promise<HealthFinding>>> {
  return {
    sources: () => sources.health(),
    async database() {
      const refusal = database.refusal();
      await database.read.all('SELECT 1 AS one');
      const staged = backups.staged();
      if (staged !== null && refusal === null)
        return {
          status: 'degraded',
          message: `will be replaced by the backup ${staged.backup} at the next start; what happens until then is forgotten`,
          details: { dialect: database.dialect },
        };
      if (refusal === null) return { status: 'healthy', details: { dialect: database.dialect } };
      return {
        status: 'degraded',
        message: `refuses new work: ${refusal.reason}`,
        details: { dialect: database.dialect, since: refusal.since },
      };
    },
    async queue() {
      const { running, capacity, isDraining } = dispatcher.stats();
      return isDraining
        ? { status: 'degraded', message: 'the server is stopping', details: { running, capacity } }
        : { status: 'healthy', details: { running, capacity } };
    },
    async scheduler() {
      const { enabled, due, oldestDueAt } = await schedules.stats();
      const details = { enabled, due };
      return oldestDueAt !== null && clock.now() - oldestDueAt > overdueMs
        ? { status: 'degraded', message: `schedules are due since ${isoTime(oldestDueAt)} and not planned`, details }
        : { status: 'healthy', details };
    },
    async workers() {
      const list = workers.list();
      const silent = list.filter(({ status }) => status === 'ERROR').map(({ id }) => id);
      const details = { workers: list.length, restarts: workers.restarts() };
      return silent.length === 0
        ? { status: 'healthy', details }
        : { status: 'degraded', message: `do not answer: ${silent.join(', ')}`, details };
    },
    async disk() {
      if (dataFolder === null) return { status: 'healthy', message: 'the data lies elsewhere' };
      const { bavail, bsize } = await statfs(dataFolder);
      const freeBytes = bavail * bsize;
      return freeBytes < littleRoomBytes
        ? { status: 'degraded', message: 'less than 500 MB are free', details: { freeBytes } }
        : { status: 'healthy', details: { freeBytes } };
    },
  };
}
