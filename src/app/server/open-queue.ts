import type { Executions, ExecutionStore } from '#executions/index.ts';
import { createLiveLogs, createResultCache, type KeepExecution } from '#executions/stored/index.ts';
import {
  beginAttempt,
  createDispatcher,
  createJobStore,
  createRetryDecision,
  createTaskBreakers,
  leaseSeconds,
  mostConcurrent,
  mostPerClaim,
  mostRescues,
  taskBreakerRule,
  type ClaimedJob,
  type Dispatcher,
  type JobStore,
} from '#jobs/index.ts';
import type { Clock, EventFeed, IdSource, Settings } from '#kernel/index.ts';
import type { Logger, Metrics } from '#observe/index.ts';
import { scheduleRules } from '#schedules/index.ts';
import type { Database } from '#storage/index.ts';
import type { Catalogue, Task } from '#tasks/index.ts';

export interface QueueParts {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly executions: Executions;
  readonly executionStore: ExecutionStore;
  readonly feed: EventFeed;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** This process; new at every start. */
  readonly owner: string;
  readonly keep: KeepExecution;
  readonly maskFor: (task: Task, input: string) => (text: string) => string;
  /** Made after the queue, of which it reads. */
  readonly metrics: () => Metrics | null;
}

export interface Queue {
  readonly store: JobStore;
  readonly dispatcher: Dispatcher;
  /** Jobs taken back from earlier processes so far. */
  recovered(): number;
}

/** The queue with everything that runs its jobs. */
export function openQueue(parts: QueueParts): Queue {
  const { database, catalogue, executions, executionStore, feed, settings, clock, ids, logger } = parts;
  const store = createJobStore({
    database,
    executions: executionStore.writes,
    random: Math.random,
    schedules: scheduleRules,
    onSkipped(jobs) {
      for (const { id, taskId, scheduleId, because } of jobs) {
        const about = { at: clock.now(), taskId: String(taskId), jobId: String(id), executionId: null };
        feed.publish({ ...about, kind: 'job.cancelled', data: { errorCode: 'SCHEDULE_OVERLAP', because: String(because) } });
        feed.publish({ ...about, kind: 'schedule.slot', data: { scheduleId: String(scheduleId), outcome: 'skipped', reason: 'overlap' } });
      }
    },
  });
  const breakers = createTaskBreakers(taskBreakerRule(settings), clock);
  const trouble = (what: string, error: unknown) =>
    logger.log('error', `cannot ${what}`, { error: error instanceof Error ? error.message : String(error) });
  const logs = createLiveLogs({ store: executionStore, feed, settings, clock, onTrouble: trouble });
  const cache = createResultCache({ database, settings, clock });
  const retries = createRetryDecision({ settings, clock, random: Math.random });
  let recovered = 0;

  const dispatcher = createDispatcher({
    store,
    clock,
    ids,
    owner: parts.owner,
    isOnlyOwner: database.dialect === 'sqlite',
    get capacity() {
      return settings.get(mostConcurrent);
    },
    get mostPerClaim() {
      return settings.get(mostPerClaim);
    },
    leaseMs: settings.get(leaseSeconds) * 1000,
    mostRescues: settings.get(mostRescues),
    brokenTasks: () => breakers.resting(),
    onTrouble: trouble,
    onRescued(jobIds) {
      recovered += jobIds.length;
      logger.log('warn', 'took back jobs whose process had gone', { jobs: jobIds.length });
    },
    begin: (job) =>
      beginAttempt(job, {
        store,
        catalogue,
        executions,
        keep: parts.keep,
        logs,
        cache,
        breakers,
        clock,
        maskFor: parts.maskFor,
        retryAt: (claimed, task, error) => retries.retryAt(claimed, task, error),
        onTrouble: trouble,
        onStarted(claimed) {
          parts.metrics()?.started(Math.max(0, claimed.startedAt - Math.max(claimed.runAt, claimed.queuedAt)));
          feed.publish(eventOf(claimed, 'job.started', clock.now(), { attempt: claimed.attempt }));
        },
        onCommitted(claimed, { execution, retryAt }) {
          const { status, error, startedAt, completedAt } = execution;
          parts.metrics()?.ended(status, completedAt - (startedAt ?? completedAt));
          const kind = status === 'failed' && retryAt !== null ? 'job.retrying' : `job.${status}`;
          const why = error === null ? {} : { errorCode: error.code, errorMessage: error.message };
          feed.publish(eventOf(claimed, kind, completedAt, { attempt: claimed.attempt, ...why, ...(retryAt === null ? {} : { retryAt }) }));
        },
      }),
  });
  database.listen('jobs', () => dispatcher.poke());
  return { store, dispatcher, recovered: () => recovered };
}

function eventOf(
  { taskId, id, execution }: Pick<ClaimedJob, 'taskId' | 'id' | 'execution'>,
  kind: string,
  at: number,
  data: Readonly<Record<string, unknown>>,
) {
  return { kind, at, taskId: String(taskId), jobId: String(id), executionId: String(execution.id), data };
}
