import { toRatchetError, type Setting } from '#kernel/index.ts';
import type { Logger } from '#observe/index.ts';
import { checkConfig, refuseErrors } from './check-config.ts';
import { everySetting } from './every-setting.ts';
import type { LiveSettings } from './live-settings.ts';
import { loadSettings, type ConfigSources } from './load-settings.ts';
import { reloadOnChange } from './reload-settings.ts';
import { watchConfig } from './watch-config.ts';

export interface FollowParts {
  readonly settings: LiveSettings;
  /** What the server was started with; a reload reads its file again and keeps the rest. */
  readonly sources: ConfigSources;
  readonly logger: Pick<Logger, 'log'>;
  /** Calls back when somebody asks for it (SIGHUP), until the returned function is called. */
  readonly onAsked: (listener: () => void) => () => void;
  /** Called after settings have changed, with their keys. */
  readonly onChanged: (keys: readonly string[]) => void;
}

/** Reads the configuration of a running server again when its file changes, or when somebody asks for it. */
export function followConfig({ settings, sources, logger, onAsked, onChanged }: FollowParts): { close(): void } {
  const path = sources.file?.path ?? null;
  let text = sources.file?.text ?? null;
  let work: Promise<void> = Promise.resolve();

  const reload = async (isAsked: boolean): Promise<void> => {
    if (path === null) return logger.log('info', 'there is no configuration file to read again');
    try {
      const { readConfigFile } = await import('./config-file.ts');
      const file = readConfigFile(path);
      if (!isAsked && file.text === text) return undefined;
      const next = { ...sources, file };
      refuseErrors(await checkConfig(next));
      text = file.text;
      const all: readonly Setting[] = await everySetting();
      const { changed, needRestart } = settings.replace(loadSettings(next), all);
      onChanged(changed);
      if (needRestart.length > 0)
        logger.log('warn', 'settings have changed that hold after a restart only', { file: path, settings: needRestart });
      if (changed.length > 0 || needRestart.length === 0) logger.log('info', 'read the configuration again', { file: path, changed });
    } catch (caught) {
      const { message } = toRatchetError(caught, 'read the configuration again');
      logger.log('error', 'the configuration is not taken over, what held before goes on', {
        file: path,
        error: message.replaceAll(/\s*\n\s*/g, ' '),
      });
    }
  };
  const queue = (isAsked: boolean): void => {
    work = work.then(() => reload(isAsked));
  };
  const watched = path !== null && settings.get(reloadOnChange) ? watchConfig(path, () => queue(false)) : null;
  const unlisten = onAsked(() => queue(true));
  // It may have changed between the start and now.
  if (path !== null) queue(false);
  return {
    close() {
      watched?.close();
      unlisten();
    },
  };
}
