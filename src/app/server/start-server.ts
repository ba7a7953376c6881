import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { createAnalysis, type AnalysisServices } from '#analysis/index.ts';
import type { DatabaseBackupServices, DumpServices } from '#backups/operations.ts';
import type { DebugServices } from '#debugging/operations.ts';
import { createEngine, createLiveEffects } from '#engine/index.ts';
import type { EventServices } from '#events/index.ts';
import { createExecutions } from '#executions/index.ts';
import { createExecutionStore, createKeeper, type StoredExecutionServices } from '#executions/stored/index.ts';
import { createJobs } from '#jobs/index.ts';
import type { BatchServices, JobServices } from '#jobs/operations.ts';
import { createEventFeed, uuidSource, type AuditLine, type Clock } from '#kernel/index.ts';
import { createHealth, createMetrics, type Logger, type Metrics } from '#observe/index.ts';
import { createRecordings, storedRecordings } from '#recordings/index.ts';
import { createRetention } from '#retention/index.ts';
import type { RetentionServices } from '#retention/operations.ts';
import type { ScheduleServices } from '#schedules/operations.ts';
import { registryAuth, registrySources } from '#sources/index.ts';
import type { ServerSettingServices } from '#server-settings/operations.ts';
import type { SecurityServices } from '#security-audit/operations.ts';
import type { SourceServices } from '#sources/operations.ts';
import type { PushServices } from '#sources/push/operations.ts';
import {
  autoMigrate,
  keepNode,
  databaseConnections,
  databaseSynchronous,
  databaseTuning,
  databaseUrlOf,
  openDatabase,
  type Database,
} from '#storage/index.ts';
import type { RunningServer } from '#surfaces/cli/index.ts';
import { bindAddress, isLoopback, shutdownGrace, type HttpServer } from '#surfaces/http/index.ts';
import { createEmbeddedAsking, mcpEnabled, mcpHost, mcpPort } from '#surfaces/mcp/index.ts';
import type { StoredTestServices } from '#task-tests/stored/operations.ts';
import { createCatalogue } from '#tasks/catalogue/index.ts';
import type { BackupServices, CatalogueServices } from '#tasks/catalogue/operations.ts';
import { createWorkers, type WorkerServices } from '#workers/index.ts';
import type { LoadedSettings } from '../config/load-settings.ts';
import type { RunningConfig } from '../config/running-config.ts';
import { packageVersion } from '../package-version.ts';
import { auditFacts } from './audit-facts.ts';
import { developmentServices } from './development-services.ts';
import { executionJobsOf } from './execution-jobs.ts';
import { healthChecks } from './health-checks.ts';
import { metricReadings } from './metric-readings.ts';
import { openHttp } from './open-http.ts';
import { restoreBefore } from './open-backups.ts';
import { openMcp, type Mcp } from './open-mcp.ts';
import { openQueue } from './open-queue.ts';
import { openSchedules } from './open-schedules.ts';
import { openSources } from './open-sources.ts';
import { serverOperations, serverStreams } from './server-operations.ts';
import { systemState } from './system-state.ts';
import { testTaskWith } from './test-task.ts';

export interface ServerWishes {
  readonly settings: LoadedSettings;
  /** The same settings, as operations show and change them. */
  readonly config: RunningConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Task folders, ZIP files and collections. */
  readonly sources: readonly string[];
  readonly insecure: boolean;
  /** Folder for what has no place of its own. */
  readonly dataFolder: string;
  /** False: every part of a server but the one that others reach; what it does is asked through `mcp`. */
  readonly listens?: boolean;
}

/** A server, and what speaks MCP for it. */
export interface StartedServer extends RunningServer {
  readonly mcp: Mcp;
}

const tasksShown = 20;

/**
 * Starts a server: opens its database, takes the tasks in, takes back what an earlier process left, and answers.
 * What was opened is closed again when a later step fails.
 */
export async function startServer(wishes: ServerWishes): Promise<StartedServer> {
  const closers: (() => Promise<unknown>)[] = [];
  try {
    return await open(wishes, closers);
  } catch (caught) {
    for (const close of closers.toReversed()) await close().catch(() => {});
    throw caught;
  }
}

async function open(wishes: ServerWishes, closers: (() => Promise<unknown>)[]): Promise<StartedServer> {
  const { settings, logger, clock } = wishes;
  let stopping: Promise<void> | null = null;
  const ids = uuidSource(clock);
  const trouble = (what: string, error: unknown) =>
    logger.log('error', what, { error: error instanceof Error ? error.message : String(error) });

  const url = databaseUrlOf(settings, wishes.dataFolder);
  const openBackups = await restoreBefore({ url, dataFolder: wishes.dataFolder, settings, clock, logger });
  const database: Database = await openDatabase({
    url,
    synchronous: settings.get(databaseSynchronous),
    maxConnections: settings.get(databaseConnections),
    clock,
    migrate: settings.get(autoMigrate),
    tuning: databaseTuning(settings),
    log: (line) => logger.log('info', line),
  });
  closers.push(() => database.close());
  if (database.isForgetful) logger.log('warn', 'the database is in memory: everything is forgotten when the server ends', {});
  const engine = await createEngine(settings, { clock, onDiagnostic: (line) => logger.log('debug', line, { from: 'worker' }) });
  closers.push(() => engine.close());
  void engine.prestart(1);
  const effects = createLiveEffects(settings, { profile: 'server', clock, onDiagnostic: (line, level) => logger.log(level, line) });
  closers.push(() => effects.close());
  const executions = createExecutions({ engine, effects, settings, ids, clock });
  const recordings = createRecordings({ settings, executions: async () => executions, madeBy: `ratchet ${packageVersion()}` });
  const catalogue = createCatalogue({ database, settings, clock, random: Math.random, testTask: testTaskWith({ executions, settings }) });
  closers.push(async () => catalogue.close());

  const owner = ids.next<'node'>();
  const feed = createEventFeed(randomUUID().slice(0, 8));
  const isOnLoopback = isLoopback(settings.get(bindAddress));
  const { dataFolder, sources: named } = wishes;
  const opened = openSources({ database, catalogue, settings, clock, ids, feed, logger, owner, named, dataFolder, isOnLoopback });
  closers.push(() => opened.stop());
  await opened.sources.start();
  await opened.startPushing();

  const executionStore = createExecutionStore(database);
  const measured: { metrics: Metrics | null } = { metrics: null };
  const queue = openQueue({
    database,
    catalogue,
    executions,
    executionStore,
    feed,
    settings,
    clock,
    ids,
    logger,
    owner,
    keep: createKeeper({ settings, mask: (execution, task, wanted) => recordings.mask(execution, task, wanted) }),
    maskFor: (task, input) => recordings.maskWhileRunning(task, input),
    metrics: () => measured.metrics,
  });
  const { store, dispatcher } = queue;
  const jobs = createJobs({
    store,
    tasks: catalogue,
    feed,
    settings,
    ids,
    clock,
    poke(at) {
      // Others that share the database look too; this process has no need to hear of it from there.
      if (database.dialect === 'postgres') database.announce('jobs');
      dispatcher.poke(at);
    },
    stopRunning: (jobId) => dispatcher.stopRunning(jobId),
    refusal: () => database.refusal(),
    capacity: () => ({ workers: dispatcher.stats().capacity, free: dispatcher.stats().capacity - dispatcher.stats().running }),
  });
  catalogue.onChange((taskId) => {
    // A task that was enabled, or may run more often than before, has jobs that wait for just that.
    store.taskChanged(taskId, clock.now()).then(
      () => dispatcher.poke(),
      (error: unknown) => {
        // The next start looks at all of them.
        if (stopping === null) trouble('cannot look at the jobs of a changed task', error);
      },
    );
  });
  const workers = createWorkers({ engine, clock, settings, feed });
  const scheduled = openSchedules({ database, catalogue, executions, jobs, dispatcher, workers, feed, settings, ids, clock, logger });
  const analysis = createAnalysis({
    database,
    executionStore,
    executionRecordings: storedRecordings,
    catalogue,
    jobOf: async (jobId) => jobs.find(String(jobId)).catch(() => null),
    settings,
    systemState: () => systemState(dataFolder),
    onPatternProblems: (problems) =>
      logger.log('warn', 'error patterns of the configuration cannot be used', {
        problems: problems.map(({ path, message }) => `${path}: ${message}`),
      }),
  });
  const retention = createRetention({ database, settings, clock, log: (line) => logger.log('info', line) });
  const backups = openBackups(database, feed);
  const metrics = await createMetrics(
    metricReadings({
      database,
      catalogue,
      jobs: store,
      executions: executionStore,
      dispatcher,
      workers,
      scheduled,
      sources: opened.sources,
      clock,
    }),
  );
  measured.metrics = metrics;

  const services: CatalogueServices &
    BackupServices &
    StoredTestServices &
    DebugServices &
    BatchServices &
    JobServices &
    StoredExecutionServices &
    EventServices &
    WorkerServices &
    AnalysisServices &
    RetentionServices &
    DatabaseBackupServices &
    DumpServices &
    ScheduleServices &
    SourceServices &
    PushServices &
    ServerSettingServices &
    SecurityServices = {
    ids,
    catalogue,
    ...developmentServices({ catalogue, executions, recordings, settings, clock, dataFolder }),
    jobs,
    executionStore,
    resultOf: (executionId: number) => executionStore.result(executionId),
    executionJobs: executionJobsOf({ jobs, catalogue, ids }),
    executionRecordings: storedRecordings,
    eventFeed: feed,
    feed,
    settings,
    workers,
    retention,
    backups,
    dumping: { database, mask: (json) => storedRecordings.withoutSecrets(json, settings), version: packageVersion() },
    analysis,
    schedules: scheduled.schedules,
    runningSettings: wishes.config,
    securityFacts: auditFacts({ config: wishes.config, settings, engine, database, clock, isInsecure: wishes.insecure }),
    ...opened.services,
  };
  const health = createHealth(
    healthChecks({
      database,
      dispatcher,
      workers,
      schedules: scheduled.schedules,
      clock,
      dataFolder: folderOf(database),
      sources: opened,
      backups,
    }),
    clock,
  );
  const audit = (line: AuditLine) => logger.log('debug', 'called', { ...line });
  const mcp = openMcp({
    settings,
    logger,
    clock,
    askingFor: ({ caller }) =>
      createEmbeddedAsking({ operations: serverOperations, streams: serverStreams, services, now: () => clock.now(), audit }, caller),
    onTaskChange: (listener) => catalogue.onChange(listener),
  });
  const listen = () =>
    openHttp({ settings, services, database, metrics, health, mcp, feed, ids, clock, logger, audit, isInsecure: wishes.insecure });
  const https: HttpServer[] = [];
  closers.push(() => Promise.all(https.map((http) => http.close({ graceMs: 0 }))));
  if (wishes.listens !== false) {
    https.push(await listen());
    // Who names a port for MCP alone expects it to be answered there as well.
    if (settings.get(mcpEnabled) && settings.originOf(mcpPort).layer !== 'default')
      https.push(await mcp.listen({ host: settings.get(mcpHost), port: settings.get(mcpPort), insecure: wishes.insecure }));
  }
  const node = await keepNode(database, { id: owner, host: hostname(), pid: process.pid, version: packageVersion() }, clock, (error) =>
    trouble('cannot say in the database that this server works on it', error),
  );
  await dispatcher.start();
  scheduled.start();
  retention.start();
  backups.start();

  const list = await catalogue.list({ filter: {}, sort: { field: 'name', order: 'asc' }, limit: tasksShown, offset: 0, after: null });
  const sources = await opened.sources.overview();
  const stop = async () => {
    const graceMs = settings.get(shutdownGrace) * 1000;
    await Promise.all([retention.stop(), backups.stop(), scheduled.stop(), opened.stop()]);
    // Requests that wait for a job end while the jobs may still end.
    await Promise.all([dispatcher.stop(graceMs), ...https.map((http) => http.close({ graceMs }))]);
    await engine.close();
    await effects.close();
    await node.stop();
    catalogue.close();
    await database.close();
  };
  return {
    mcp,
    facts: {
      url: https[0]?.url ?? '',
      pid: process.pid,
      version: packageVersion(),
      database: database.where,
      isForgetful: database.isForgetful,
      tasks: list.items.map(({ name, version }) => ({ name, version })),
      taskCount: list.total,
      sources: sources.map(({ name, uri, taskCount, error, isPending }) => ({ name, uri, taskCount, error, isPending })),
      problems: sources.flatMap(({ problems }) => problems),
      recovered: queue.recovered(),
      readyMs: performance.now(),
    },
    onSettings(keys) {
      if (keys.some((key) => key === registrySources.key || key === registryAuth.key))
        opened.sources.reload().catch((error: unknown) => trouble('cannot take over the sources of the configuration', error));
      if (keys.length > 0)
        feed.publish({
          kind: 'settings.changed',
          at: clock.now(),
          taskId: null,
          jobId: null,
          executionId: null,
          data: { keys: [...keys] },
        });
      // There may be room for more jobs.
      dispatcher.poke();
    },
    stop: () => (stopping ??= stop().catch((error: unknown) => trouble('cannot stop in order', error))),
  };
}

function folderOf(database: Database): string | null {
  return database.dialect === 'sqlite' && !database.isForgetful ? dirname(database.where) : null;
}
