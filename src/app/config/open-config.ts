import type { RatchetError } from '#kernel/index.ts';
import type { ConfigFile } from './config-file.ts';
import { findConfig, type FoundConfig } from './find-config.ts';
import { loadSettings, type ConfigSources, type LoadedSettings } from './load-settings.ts';
import { chosenProfile } from './profiles.ts';

/**
 * How a command treats the configuration. `tasks`: it works on somebody's tasks, and takes no file from the folder it is in.
 * `server`: whoever gives it runs a server, and a file in the working folder counts. `own`: the same, and it looks into the
 * configuration itself, so one that is broken must not keep it from running. `remote`: it asks a running server, whose configuration counts.
 */
export type ConfigUse = 'tasks' | 'server' | 'own' | 'remote';

export interface ConfigWishes {
  /** `--config` */
  readonly config: string | undefined;
  /** `--profile` */
  readonly profile: string | undefined;
  readonly flags: ConfigSources['flags'];
  readonly env: NodeJS.ProcessEnv;
  readonly use: ConfigUse;
}

export interface OpenedConfig {
  readonly found: FoundConfig;
  readonly sources: ConfigSources;
  readonly settings: LoadedSettings;
  /** Why there is nothing but defaults, variables and flags, of a command that looks into it itself. */
  readonly failure: RatchetError | null;
}

/**
 * Finds and reads the configuration of a command.
 * @throws CONFIG_UNREADABLE, CONFIG_REFUSED, CONFIG_PROFILE_UNKNOWN
 */
export async function openConfig({ config, profile, flags, env, use }: ConfigWishes): Promise<OpenedConfig> {
  const found = findConfig({ flag: config, env, looksHere: use === 'server' || use === 'own' });
  let failure: RatchetError | null = null;
  let file: ConfigFile | null = null;
  let chosen: ConfigSources['profile'] = null;
  try {
    file = found.path === null ? null : await readSound(found.path, use);
    chosen = chosenProfile({ flag: profile, env, file });
  } catch (caught) {
    if (use !== 'own') throw caught;
    failure = caught as RatchetError;
  }
  const sources = { file, profile: chosen, env, flags };
  return { found, sources, settings: loadSettings(sources), failure };
}

/** The code that reads YAML is loaded only where there is a file. */
async function readSound(path: string, use: ConfigUse): Promise<ConfigFile> {
  const [{ readConfigFile }, { refuseWrongKeys }] = await Promise.all([import('./config-file.ts'), import('./check-config.ts')]);
  const file = readConfigFile(path);
  if (use !== 'own') refuseWrongKeys(file);
  return file;
}
