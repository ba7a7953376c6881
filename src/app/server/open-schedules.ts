import type { Executions } from '#executions/index.ts';
import type { Dispatcher, Jobs } from '#jobs/index.ts';
import type { Clock, EventFeed, IdSource, Settings } from '#kernel/index.ts';
import type { Logger } from '#observe/index.ts';
import { createPlanner, createSchedules, heartbeatInput, keepHeartbeat, type Planner, type Schedules } from '#schedules/index.ts';
import type { Database } from '#storage/index.ts';
import type { Catalogue } from '#tasks/index.ts';
import type { Workers } from '#workers/index.ts';
import { packageVersion } from '../package-version.ts';

export interface ScheduleParts {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly executions: Executions;
  readonly jobs: Jobs;
  readonly dispatcher: Pick<Dispatcher, 'stats'>;
  readonly workers: Pick<Workers, 'list'>;
  readonly feed: EventFeed;
  readonly settings: Settings;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface OpenSchedules {
  readonly schedules: Schedules;
  /** Slots this process has planned so far, by what became of them. */
  readonly planned: Readonly<Record<string, number>>;
  /** Begins to plan, and makes the heartbeat. */
  start(): void;
  stop(): Promise<void>;
}

/** In these words other processes that share the database are told that a schedule has changed. */
const changedWord = 'schedules';

/** Schedules with what plans them. */
export function openSchedules(parts: ScheduleParts): OpenSchedules {
  const { database, catalogue, executions, jobs, dispatcher, workers, feed, settings, ids, clock, logger } = parts;
  const trouble = (what: string, error: unknown) =>
    logger.log('error', what, { error: error instanceof Error ? error.message : String(error) });
  const startedMs = clock.monotonic();
  const facts = () => {
    const silent = workers.list().filter(({ status }) => status === 'ERROR');
    return {
      version: packageVersion(),
      uptimeSeconds: (clock.monotonic() - startedMs) / 1_000,
      activeJobs: dispatcher.stats().running,
      problems: silent.map(({ id }) => `The worker ${id} does not answer.`),
    };
  };
  const liveInput = (schedule: { readonly uuid: string }) => heartbeatInput(schedule, facts);
  const planned: Record<string, number> = {};
  const planner: Planner = createPlanner({
    database,
    jobs,
    settings,
    ids,
    clock,
    feed,
    liveInput,
    onTrouble: trouble,
    onPlanned(slots) {
      for (const { outcome } of slots) planned[outcome] = (planned[outcome] ?? 0) + 1;
    },
  });
  const schedules = createSchedules({
    database,
    tasks: catalogue,
    jobs,
    feed,
    settings,
    ids,
    clock,
    liveInput,
    poke() {
      if (database.dialect === 'postgres') database.announce('control', changedWord);
      planner.poke();
    },
    async checkInput(taskId, version, input) {
      // A task that cannot be loaded says so when it is run; here only the input is judged.
      const task = await catalogue.load(taskId, version).catch(() => null);
      if (task === null) return null;
      const { error } = await executions.run({ task, input, checkOnly: true });
      if (error?.code !== 'INPUT_INVALID') return null;
      return (error.data as { problems: readonly { path: string; message: string }[] }).problems;
    },
  });
  const endListening = database.listen('control', (message) => {
    if (message === changedWord) planner.poke();
  });
  return {
    schedules,
    planned,
    start() {
      planner.start();
      keepHeartbeat({ catalogue, schedules, settings }).then(
        (problem) => {
          if (problem !== null) logger.log('warn', `there is no heartbeat: ${problem}`);
          planner.poke();
        },
        (error: unknown) => trouble('cannot make the heartbeat', error),
      );
    },
    async stop() {
      endListening();
      await planner.stop();
    },
  };
}
