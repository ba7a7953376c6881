import { isoTime, toRatchetError, type Clock, type RatchetError, type Setting } from '#kernel/index.ts';
import type { Logger } from '#observe/index.ts';
import {
  configNotTakenOver,
  settingNotSaved,
  type RunningSettings,
  type SettingMove,
  type SettingsChanged,
  type SettingsReloaded,
} from '#server-settings/index.ts';
import { configRefused } from '../errors.ts';
import { checkConfig, refuseErrors } from './check-config.ts';
import type { ConfigFile } from './config-file.ts';
import { everySetting } from './every-setting.ts';
import { inTurns } from './in-turns.ts';
import type { LiveSettings } from './live-settings.ts';
import { loadSettings, type ConfigSources } from './load-settings.ts';
import { readChanges, refuseContradictions } from './read-changes.ts';
import { describeSettings, findSettings, oneSetting } from './running-setting.ts';
import { shownValue } from './show-config.ts';

export interface RunningConfigParts {
  readonly settings: LiveSettings;
  /** What the server was started with. */
  readonly sources: ConfigSources;
  readonly logger: Pick<Logger, 'log'>;
  readonly clock: Clock;
  /** Called after settings have changed, with their keys; also with none, when somebody asked for a reload. */
  readonly onChanged: (keys: readonly string[]) => void;
}

/** The configuration of a server while it runs: what it was started with, what its file says by now, and what was set meanwhile. */
export interface RunningConfig extends RunningSettings {
  /** Reads the file again if it has changed, as nobody's request: the log tells what came of it. Never rejects. */
  reloadIfChanged(): Promise<void>;
  /** What SIGHUP means: reads the file again; the log tells what came of it. Never rejects. */
  reloadOnSignal(): Promise<void>;
  /** What the configuration comes from now. */
  sources(): ConfigSources;
}

/** Makes the settings of a running server readable and changeable. One change or reload at a time, each as a whole or not at all. */
export function createRunningConfig({ settings, sources, logger, clock, onChanged }: RunningConfigParts): RunningConfig {
  const path = sources.file?.path ?? null;
  let file = sources.file;
  let running: NonNullable<ConfigSources['running']> = {};
  const inTurn = inTurns();
  const started = (): ConfigSources => ({ ...sources, file });
  const now = (): ConfigSources => ({ ...started(), running });

  /** Lets what the layers say hold. @returns what changed, and what a restart would change */
  const takeOver = async (next: { file: ConfigFile | null; running: NonNullable<ConfigSources['running']> }) => {
    const all = await everySetting();
    const byKey = new Map(all.map((one) => [one.key, one]));
    const valueOf = (key: string, from = settings) => shownValue(byKey.get(key)!, from);
    const before = new Map(
      all.filter(({ reload, inactive }) => reload === 'live' && inactive === undefined).map(({ key }) => [key, valueOf(key)]),
    );
    ({ file, running } = next);
    const latest = loadSettings(now());
    const { changed, needRestart } = settings.replace(latest, all);
    const move = (key: string, from: unknown, to: unknown, by: LiveSettings | typeof latest): SettingMove => ({
      key,
      from,
      to,
      source: by.originOf(byKey.get(key)!).source,
    });
    const configured = loadSettings(started());
    return {
      changed: changed.map((key) => move(key, before.get(key), valueOf(key), settings)),
      needRestart: needRestart.map((key) => move(key, valueOf(key), shownValue(byKey.get(key)!, latest), latest)),
      kept: Object.keys(running).map((key) => move(key, valueOf(key), shownValue(byKey.get(key)!, configured), configured)),
    };
  };

  const readAgain = async (isAsked: boolean): Promise<SettingsReloaded | null> => {
    if (path === null) {
      logger.log('info', 'there is no configuration file to read again');
      onChanged([]);
      return { file: null, changed: [], needRestart: [], kept: [] };
    }
    try {
      const { readConfigFile } = await import('./config-file.ts');
      const read = readConfigFile(path);
      if (!isAsked && read.text === file?.text) return null;
      refuseErrors(await checkConfig({ ...now(), file: read }));
      const { changed, needRestart, kept } = await takeOver({ file: read, running });
      const keys = changed.map(({ key }) => key);
      onChanged(keys);
      if (needRestart.length > 0)
        logger.log('warn', 'settings have changed that hold after a restart only', {
          file: path,
          settings: needRestart.map(({ key }) => key),
        });
      if (keys.length > 0 || needRestart.length === 0) logger.log('info', 'read the configuration again', { file: path, changed: keys });
      if (kept.length > 0) logger.log('info', 'what was set while running holds on', { settings: kept.map(({ key }) => key) });
      return { file: path, changed, needRestart, kept };
    } catch (caught) {
      const error = toRatchetError(caught, 'read the configuration again');
      logger.log('error', 'the configuration is not taken over, what held before goes on', {
        file: path,
        error: error.message.replaceAll(/\s*\n\s*/g, ' '),
      });
      throw configNotTakenOver({ file: path, problems: problemsIn(error) }, caught);
    }
  };
  const unasked = (isAsked: boolean) =>
    inTurn(() => readAgain(isAsked)).then(
      () => {},
      () => {},
    );

  return {
    file: path,
    profile: sources.profile?.name ?? null,
    sources: now,
    list: (prefix) =>
      inTurn(async () => {
        const all = await everySetting();
        const chosen = prefix === null ? all : findSettings(prefix, all);
        return describeSettings(chosen, { settings, latest: loadSettings(now()), configured: loadSettings(started()), running });
      }),
    change: ({ values, by, save }) =>
      inTurn(async (): Promise<SettingsChanged> => {
        const changes = readChanges(values, await everySetting(), path);
        const source = `set by ${by} at ${isoTime(clock.now())}`;
        const set = Object.fromEntries(changes.map(({ setting, value }) => [setting.key, { value, source }]));
        refuseContradictions(changes, { ...now(), running: { ...running, ...set } });
        const saved = save ? await saveTo(changes) : null;
        // What the file says needs nobody who says it as well.
        const others = Object.entries(running).filter(([key]) => !Object.hasOwn(set, key));
        const next = saved === null ? { file, running: { ...running, ...set } } : { file: saved, running: Object.fromEntries(others) };
        const { changed } = await takeOver(next);
        const told = changes.flatMap(({ setting: { key }, remark }) => (remark === null ? [] : [{ key, remark }]));
        const savedTo = saved === null ? null : path;
        tell(changed, by, { isGrave: told.length > 0, savedTo });
        return { changed, remarks: told, savedTo };
      }),
    reset: (keys, by) =>
      inTurn(async () => {
        const all = await everySetting();
        const named = new Set(keys.length === 0 ? Object.keys(running) : keys.map((key) => oneSetting(key, all).key));
        const left = Object.fromEntries(Object.entries(running).filter(([key]) => !named.has(key)));
        const { changed } = await takeOver({ file, running: left });
        tell(changed, by, { isGrave: false, savedTo: null });
        return { changed, remarks: [], savedTo: null };
      }),
    reload: async () => (await inTurn(() => readAgain(true)))!,
    reloadIfChanged: () => unasked(false),
    reloadOnSignal: () => unasked(true),
  };

  async function saveTo(changes: readonly { readonly setting: Setting; readonly value: unknown }[]): Promise<ConfigFile> {
    if (file === null) throw settingNotSaved({ key: changes[0]!.setting.key, reason: 'the server was started without one.' });
    const [{ saveSettings }, { parseConfigFile }] = await Promise.all([import('./save-settings.ts'), import('./config-file.ts')]);
    return saveSettings(changes, { ...sources, file }, parseConfigFile);
  }

  /** Written before a new level of the log holds, so that whoever lowers it stands in it. */
  function tell(changed: readonly SettingMove[], by: string, how: { isGrave: boolean; savedTo: string | null }): void {
    logger.log(how.isGrave ? 'warn' : 'info', 'settings were changed while the server runs', {
      by,
      settings: Object.fromEntries(changed.map(({ key, from, to }) => [key, { from, to }])),
      ...(how.savedTo === null ? {} : { savedTo: how.savedTo }),
    });
    onChanged(changed.map(({ key }) => key));
  }
}

function problemsIn(error: RatchetError): readonly string[] {
  return configRefused.is(error) ? error.data.problems : [error.message];
}
