import type { Clock } from '#kernel/index.ts';
import type { OpenLogger } from '#observe/index.ts';
import type { RunningServer, ServeInput } from '#surfaces/cli/index.ts';
import { checkConfig, refuseErrors, type ConfigProblem } from '../config/check-config.ts';
import { followConfig } from '../config/follow-config.ts';
import { createRunningConfig } from '../config/running-config.ts';
import { liveSettings, type LiveSettings } from '../config/live-settings.ts';
import { loadSettings, type ConfigSources, type LoadedSettings } from '../config/load-settings.ts';
import { logWishes } from '../log-wishes.ts';
import { startServer } from './start-server.ts';

export interface ServeParts {
  readonly sources: ConfigSources;
  readonly logger: OpenLogger;
  readonly clock: Clock;
  readonly dataFolder: (settings: LoadedSettings) => string;
  readonly onReloadAsked: (listener: () => void) => () => void;
}

/** Checks the whole configuration, starts a server with it, and follows its changes until the server stops. */
export async function serve({ sources, insecure }: ServeInput, parts: ServeParts): Promise<RunningServer> {
  const { logger, clock } = parts;
  const settings = await checkedSettings(parts.sources, logger);
  let server: RunningServer | null = null;
  const config = createRunningConfig({
    settings,
    sources: parts.sources,
    logger,
    clock,
    onChanged(keys) {
      // Also when nothing of it changed: whoever moved the log away asks for it to be opened anew.
      logger.change(logWishes(settings, parts.sources.env));
      server?.onSettings?.(keys);
    },
  });
  const started = await startServer({ settings, config, logger, clock, sources, insecure, dataFolder: parts.dataFolder(settings) });
  server = started;
  const following = followConfig({ settings, config, onAsked: parts.onReloadAsked });
  return {
    ...started,
    stop: async () => {
      following.close();
      await started.stop();
    },
  };
}

/** The settings of a server, after the whole configuration has been looked at. @throws for what is wrong with it */
export async function checkedSettings(sources: ConfigSources, logger: OpenLogger): Promise<LiveSettings> {
  const problems = await checkConfig(sources);
  refuseErrors(problems);
  tellWarnings(problems, logger);
  return liveSettings(loadSettings(sources));
}

function tellWarnings(problems: readonly ConfigProblem[], logger: OpenLogger): void {
  const [idle, others] = [true, false].map((isIdle) =>
    problems.filter(({ severity, problem }) => severity === 'warning' && problem.startsWith('has no effect') === isIdle),
  ) as [ConfigProblem[], ConfigProblem[]];
  if (idle.length > 0)
    logger.log('warn', 'settings have no effect in this version', {
      settings: idle.map(({ key, source }) => `${key} (${source})`),
      because: [...new Set(idle.map(({ problem }) => problem.replace(/^has no effect[^:]*: /, '')))],
    });
  for (const { key, problem, hint } of others) logger.log('warn', `${key} ${problem}`, { hint });
}
