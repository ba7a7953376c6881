import type { LiveSettings } from './live-settings.ts';
import { reloadOnChange } from './reload-settings.ts';
import type { RunningConfig } from './running-config.ts';
import { watchConfig } from './watch-config.ts';

export interface FollowParts {
  readonly settings: LiveSettings;
  readonly config: RunningConfig;
  /** Calls back when somebody asks for it (SIGHUP), until the returned function is called. */
  readonly onAsked: (listener: () => void) => () => void;
}

/** Reads the configuration of a running server again when its file changes, or when a signal asks for it. */
export function followConfig({ settings, config, onAsked }: FollowParts): { close(): void } {
  const { file } = config;
  const watched = file !== null && settings.get(reloadOnChange) ? watchConfig(file, () => void config.reloadIfChanged()) : null;
  const unlisten = onAsked(() => void config.reloadOnSignal());
  // It may have changed between the start and now.
  if (file !== null) void config.reloadIfChanged();
  return {
    close() {
      watched?.close();
      unlisten();
    },
  };
}
