import type { ExecutionStore } from '#executions/index.ts';
import type { Dispatcher, JobStore } from '#jobs/index.ts';
import type { Clock } from '#kernel/index.ts';
import type { MetricReading } from '#observe/index.ts';
import type { Sources } from '#sources/index.ts';
import type { Database } from '#storage/index.ts';
import type { Catalogue } from '#tasks/index.ts';
import type { Workers } from '#workers/index.ts';
import type { OpenSchedules } from './open-schedules.ts';

interface Read {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly jobs: JobStore;
  readonly executions: ExecutionStore;
  readonly dispatcher: Dispatcher;
  readonly workers: Workers;
  readonly scheduled: Pick<OpenSchedules, 'schedules' | 'planned'>;
  readonly sources: Pick<Sources, 'overview' | 'counts'>;
  readonly clock: Clock;
}

/** What `/metrics` reads when it is asked. */
export function metricReadings({
  database,
  catalogue,
  jobs,
  executions,
  dispatcher,
  workers,
  scheduled,
  sources,
  clock,
}: Read): MetricReading[] {
  const now = () => clock.now();
  return [
    {
      name: 'ratchet_tasks_total',
      help: 'Tasks, by whether they are enabled.',
      label: 'state',
      read: async () => {
        const { enabled, disabled } = await catalogue.stats();
        return { enabled, disabled };
      },
    },
    {
      name: 'ratchet_sources',
      help: 'Sources this server looks after, by how their last sync went.',
      label: 'status',
      read: async () => {
        const all = await sources.overview();
        const failed = all.filter(({ error }) => error !== null).length;
        const pending = all.filter(({ isPending }) => isPending).length;
        return { synced: all.length - failed - pending, failed, pending };
      },
    },
    {
      name: 'ratchet_source_problems',
      help: 'What was found in sources and cannot be served.',
      read: async () => ({ '': (await sources.overview()).reduce((sum, { problems }) => sum + problems.length, 0) }),
    },
    {
      name: 'ratchet_source_syncs_total',
      help: 'Syncs of sources by this server, by whether the source could be read.',
      label: 'outcome',
      read: async () => {
        const { syncs, failures } = sources.counts();
        return { synced: syncs - failures, failed: failures };
      },
    },
    {
      name: 'ratchet_jobs_total',
      help: 'Jobs that are kept, by status.',
      label: 'status',
      read: async () => (await jobs.stats(now())).byStatus,
    },
    {
      name: 'ratchet_jobs_held',
      help: 'Waiting jobs that cannot start yet, by why; counted up to ten thousand each.',
      label: 'why',
      read: async () => (await jobs.stats(now())).held,
    },
    {
      name: 'ratchet_jobs_oldest_waiting_seconds',
      help: 'How long the job has been due that has waited longest.',
      read: async () => {
        const since = (await jobs.stats(now())).oldestWaitingSince;
        return { '': since === null ? 0 : Math.max(0, now() - since) / 1000 };
      },
    },
    {
      name: 'ratchet_executions_total',
      help: 'Executions that are kept, by status.',
      label: 'status',
      read: async () => (await executions.stats(now())).byStatus,
    },
    { name: 'ratchet_jobs_running', help: 'Jobs this server runs now.', read: async () => ({ '': dispatcher.stats().running }) },
    { name: 'ratchet_jobs_capacity', help: 'Jobs this server runs at most.', read: async () => ({ '': dispatcher.stats().capacity }) },
    {
      name: 'ratchet_workers',
      help: 'Worker processes, by status.',
      label: 'status',
      read: async () => {
        const counts: Record<string, number> = { IDLE: 0, RUNNING: 0, STOPPING: 0, ERROR: 0 };
        for (const { status } of workers.list()) counts[status]!++;
        return counts;
      },
    },
    {
      name: 'ratchet_schedules_total',
      help: 'Schedules, by whether they are enabled.',
      label: 'state',
      read: async () => {
        const { enabled, disabled } = await scheduled.schedules.stats();
        return { enabled, disabled };
      },
    },
    {
      name: 'ratchet_schedules_overdue_seconds',
      help: 'How long the schedule has been due that has waited longest to be planned.',
      read: async () => {
        const { oldestDueAt } = await scheduled.schedules.stats();
        return { '': oldestDueAt === null ? 0 : Math.max(0, now() - oldestDueAt) / 1000 };
      },
    },
    {
      name: 'ratchet_schedule_slots_total',
      help: 'Slots this server has planned, by what it decided.',
      label: 'outcome',
      read: async () => ({ ran: 0, late: 0, caught_up: 0, skipped: 0, ...scheduled.planned }),
    },
    {
      name: 'ratchet_worker_restarts_total',
      help: 'Workers that ended without being asked to.',
      read: async () => ({ '': workers.restarts() }),
    },
    {
      name: 'ratchet_database_refuses_work',
      help: '1 while the database takes no new work (a full disk, no connection).',
      read: async () => ({ '': database.refusal() === null ? 0 : 1 }),
    },
  ];
}
