import type { BenchParts } from '#benching/index.ts';
import type { DevParts } from '#dev/index.ts';
import type { Engine } from '#engine/index.ts';
import type { Executions } from '#executions/index.ts';
import type { Debugging, Tracer } from '#executions/operations.ts';
import { systemClock, uuidSource } from '#kernel/index.ts';
import { logFormat, logLevel, openLogger, readLogLevel, type Doctor, type LogLevel } from '#observe/index.ts';
import type {
  ConfigWork,
  ConsoleProgram,
  Globals,
  McpServeInput,
  OpenApp,
  ServeInput,
  Terminal,
  WhichDatabase,
} from '#surfaces/cli/index.ts';
import type { FuzzServices } from '#fuzzing/index.ts';
import type { Recordings } from '#recordings/index.ts';
import type { SourceChecker } from '#sources/index.ts';
import type { TestRunner } from '#task-tests/index.ts';
import type { Tasks } from '#tasks/index.ts';
import { packageVersion } from './package-version.ts';
import { openConfig, type ConfigUse } from './config/open-config.ts';
import { loadSettings, type ConfigSources } from './config/load-settings.ts';
import { logWishes, plainLog } from './log-wishes.ts';
import { dataFolderSetting } from './data-folder.ts';
import { platformFolder } from './platform-folder.ts';

/**
 * Opens the application for one command: reads the configuration, and makes each part when it is first asked for.
 * The only place that knows which part leans on which.
 */
export async function openApp(globals: Globals, terminal: Terminal, use: ConfigUse, usualLogLevel?: LogLevel): Promise<OpenApp> {
  const clock = systemClock;
  const { flags, note } = flagSettings(globals);
  const config = await openConfig({ config: globals.config, profile: globals.profile, flags, env: terminal.env, use });
  const { settings, sources: layers } = config;
  const logger = openLogger(use === 'own' ? plainLog : logWishes(settings, terminal.env, usualLogLevel), {
    write: (line) => terminal.err.write(`${line}\n`),
    now: () => clock.now(),
  });
  if (note) terminal.err.write(`${note}\n`);
  const { passedOver } = config.found;
  if (use === 'tasks' && passedOver !== null && config.found.path === null)
    terminal.err.write(`Note: ${passedOver} in this folder is not used by this command; --config ${passedOver} uses it.\n`);

  const closers: (() => Promise<void>)[] = [];
  const once = <Part>(make: () => Promise<Part>): (() => Promise<Part>) => {
    let made: Promise<Part> | undefined;
    return () => (made ??= make());
  };

  const tasks = once<Tasks>(async () => (await import('#tasks/index.ts')).createTasks(settings));
  const engine = once<Engine>(async () => {
    const { createEngine } = await import('#engine/index.ts');
    const made = await createEngine(settings, { clock, onDiagnostic: (line) => logger.log('debug', line, { from: 'worker' }) });
    closers.push(() => made.close());
    return made;
  });
  const executions = once<Executions>(async () => {
    const running = engine();
    // The worker starts while the rest is being loaded.
    running.then((ready) => ready.prestart(1)).catch(() => {});
    const [{ createExecutions }, { createLiveEffects }] = await Promise.all([import('#executions/index.ts'), import('#engine/index.ts')]);
    const effects = createLiveEffects(settings, {
      profile: 'development',
      clock,
      onDiagnostic: (line, level) => logger.log(level, line),
    });
    closers.push(() => effects.close());
    return createExecutions({ engine: await running, effects, settings, ids: uuidSource(clock), clock });
  });
  const recordings = once<Recordings>(async () => {
    const { createRecordings } = await import('#recordings/index.ts');
    return createRecordings({ settings, executions, madeBy: `ratchet ${packageVersion()}` });
  });
  const tracer = once<Tracer>(async () => {
    const [{ createTracer }, recorder] = await Promise.all([import('#debugging/index.ts'), recordings()]);
    return createTracer((execution, task) => recorder.mask(execution, task));
  });
  const debugging = once<Debugging>(async () => (await import('#debugging/index.ts')).debugging);
  const tests = once<TestRunner>(async () => {
    const [{ createTestRunner }, ready, running] = await Promise.all([import('#task-tests/index.ts'), tasks(), executions()]);
    const newCoverage = async () => (await import('#debugging/index.ts')).createCoverageCollector();
    return createTestRunner({ tasks: ready, executions: running, settings, clock, newCoverage });
  });
  const fuzzing = once<FuzzServices>(async () => ({ tasks: await tasks(), executions: await executions(), settings }));
  const bench = once<BenchParts>(async () => ({
    tasks: await tasks(),
    executions: await executions(),
    settings,
    clock,
    version: packageVersion(),
  }));
  const dev = once<DevParts>(async () => {
    const [ready, running, runner] = await Promise.all([tasks(), executions(), tests()]);
    return { tasks: ready, executions: running, tests: runner, settings, clock, tracer, recordings };
  });
  const withDatabase = (databaseUrl: string | undefined): ConfigSources['flags'] =>
    databaseUrl === undefined ? {} : { 'server.database.url': { flag: '--database-url', value: databaseUrl } };
  const folderOf = (dataDir: string | undefined) => dataDir || settings.get(dataFolderSetting) || platformFolder('data', terminal.env);
  const maintenance = async ({ dataDir, databaseUrl }: WhichDatabase) => {
    const { createDatabaseMaintenance, databaseSynchronous, databaseUrlOf } = await import('#storage/index.ts');
    const said = loadSettings({ ...layers, flags: { ...flags, ...withDatabase(databaseUrl) } });
    return createDatabaseMaintenance({ url: databaseUrlOf(said, folderOf(dataDir)), synchronous: said.get(databaseSynchronous), clock });
  };
  const serve = async (wishes: ServeInput) => {
    const { host, port, dataDir, databaseUrl } = wishes;
    const own = {
      ...(host === undefined ? {} : { 'server.bind_address': { flag: '--host', value: host } }),
      ...(port === undefined ? {} : { 'server.port': { flag: '--port', value: port } }),
      ...withDatabase(databaseUrl),
    };
    const server = await import('./server/serve.ts');
    return server.serve(wishes, {
      sources: { ...layers, flags: { ...flags, ...own } },
      logger,
      clock,
      dataFolder: () => folderOf(dataDir),
      onReloadAsked: (listener) => terminal.onReloadAsked?.(listener) ?? (() => {}),
    });
  };
  const console = once<ConsoleProgram>(async () => {
    const [{ createConsole }, { commandRows }] = await Promise.all([
      import('#surfaces/console/index.ts'),
      import('#surfaces/cli/commands.ts'),
    ]);
    const startServer = async (signal: AbortSignal) => (await import('./own-server.ts')).startOwnServer(globals, terminal.env, signal);
    return createConsole({ settings, clock, version: packageVersion(), rows: commandRows, startServer });
  });
  const mcp = async (wishes: McpServeInput) => {
    const { host, port, dataDir, databaseUrl } = wishes;
    const own = {
      ...(host === undefined ? {} : { 'mcp.host': { flag: '--host', value: host } }),
      ...(port === undefined ? {} : { 'mcp.port': { flag: '--port', value: port } }),
      ...withDatabase(databaseUrl),
    };
    const server = await import('./server/serve-mcp.ts');
    return server.serveMcp(wishes, {
      sources: { ...layers, flags: { ...flags, ...own } },
      logger,
      clock,
      env: terminal.env,
      dataFolder: () => folderOf(dataDir),
    });
  };
  const doctor = once<Doctor>(async () => (await import('./doctor.ts')).openDoctor({ config, engine, clock }));
  const sourceChecker = once<SourceChecker>(async () => {
    const { openSourceChecker } = await import('./source-checker.ts');
    const opened = openSourceChecker({ settings, clock, dataFolder: folderOf(undefined), env: terminal.env });
    closers.push(() => opened.close());
    return opened.checker;
  });
  const configWork = once<ConfigWork>(async () =>
    (await import('./config/config-work.ts')).createConfigWork({ config, wantedProfile: globals.profile }),
  );

  return {
    parts: {
      tasks,
      executions,
      recordings,
      tracer,
      debugging,
      tests,
      fuzzing,
      bench,
      dev,
      doctor,
      sourceChecker,
      config: configWork,
      maintenance,
      console,
      serve,
      mcp,
    },
    logLevel: logger.level,
    audit: (line) => logger.log('debug', 'called', { ...line }),
    close: async () => {
      await Promise.allSettled(closers.map((close) => close()));
      logger.close();
    },
  };
}

/** Flags that are settings. A log level nobody knows is noted and taken for `info`, as it always was. */
function flagSettings(globals: Globals): { flags: ConfigSources['flags']; note: string | null } {
  const flags: Record<string, { flag: string; value: unknown }> = {};
  let note: string | null = null;
  if (globals.logFormat !== undefined) flags[logFormat.key] = { flag: '--log-format', value: globals.logFormat };
  if (globals.logLevel !== undefined) {
    const level = readLogLevel(globals.logLevel);
    if (level === null)
      note = `Note: --log-level ${JSON.stringify(globals.logLevel)} is none of trace, debug, info, warn, error; using info.`;
    flags[logLevel.key] = { flag: '--log-level', value: level ?? 'info' };
  }
  return { flags, note };
}
