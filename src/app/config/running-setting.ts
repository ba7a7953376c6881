import { isDeepStrictEqual } from 'node:util';
import { variablesOf, type Setting } from '#kernel/index.ts';
import { ruleFor, settingUnknown, type RunningSetting, type SettingOrigin, type SettingValue } from '#server-settings/index.ts';
import { acceptedWords } from './accepted-words.ts';
import { meaningOf } from './key-meaning.ts';
import type { ConfigSources, Layer, LoadedSettings } from './load-settings.ts';
import { shownValue } from './show-config.ts';

/** The setting of this key, or of this older name. @throws SETTING_UNKNOWN */
export function oneSetting(key: string, all: readonly Setting[]): Setting {
  const found = all.find((one) => one.key === key) ?? all.find(({ aliases }) => aliases?.includes(key) === true);
  if (found === undefined) throw unknown(key);
  return found;
}

/** The setting of this key, or all below this section (`http.` or `http`). @throws SETTING_UNKNOWN */
export function findSettings(said: string, all: readonly Setting[]): readonly Setting[] {
  const section = said.endsWith('.') ? said : `${said}.`;
  const below = all.filter(({ key }) => key.startsWith(section));
  if (below.length > 0) return below;
  if (said.endsWith('.')) throw unknown(said);
  return [oneSetting(said, all)];
}

function unknown(said: string): Error {
  const path = said.replace(/\.$/, '').split('.');
  const meaning = meaningOf(path);
  // Something inside of a setting: that is changed as a whole.
  const near = meaning.kind === 'unknown' ? meaning.near : meaning.kind === 'settings' ? meaning.keys[0]! : null;
  return settingUnknown({ key: said, near });
}

/** Why a setting cannot be changed while the server runs by whoever calls it; null where it can. Restarts are told apart from this. */
export function whyClosed(one: Setting): string | null {
  if (one.inactive !== undefined) return `It has no effect in this version: ${one.inactive}.`;
  if (one.isSecret === true) return 'It is a secret, and those do not travel through requests and their logs.';
  const { stance, why } = ruleFor(one.key);
  return stance === 'refused' ? why : null;
}

export interface Layers {
  /** What holds. */
  readonly settings: LoadedSettings;
  /** What would hold after a restart, were what was set while running kept. */
  readonly latest: LoadedSettings;
  /** What would hold without what was set while running. */
  readonly configured: LoadedSettings;
  readonly running: NonNullable<ConfigSources['running']>;
}

export function describeSettings(all: readonly Setting[], { settings, latest, configured, running }: Layers): RunningSetting[] {
  return all.map((one) => {
    const isLive = one.reload === 'live';
    const effect = one.inactive !== undefined ? 'none' : isLive ? 'live' : 'restart';
    const closed = whyClosed(one);
    const rule = ruleFor(one.key);
    const waits = effect === 'restart' && !isDeepStrictEqual(settings.get(one), latest.get(one));
    return {
      key: one.key,
      ...valueIn(one, settings),
      effect,
      canChange: effect === 'live' && closed === null,
      remark: effect === 'restart' ? null : (closed ?? (rule.stance === 'told' ? rule.why : null)),
      underneath: Object.hasOwn(running, one.key) ? valueIn(one, configured) : null,
      afterRestart: waits ? valueIn(one, latest) : null,
      accepts: acceptedWords(one),
      variable: variablesOf(one)[0]!,
      describe: one.describe,
    };
  });
}

const origins: Readonly<Record<Layer, SettingOrigin>> = {
  running: 'running',
  flag: 'flag',
  variable: 'environment',
  file: 'file',
  profile: 'profile',
  default: 'default',
};

function valueIn(one: Setting, settings: LoadedSettings): SettingValue {
  // A part that this version does not have may lack a variable, and nobody misses it.
  if (one.inactive !== undefined) return inactiveValue(one, settings);
  const { layer, source } = settings.originOf(one);
  return { value: shownValue(one, settings), origin: origins[layer], source };
}

function inactiveValue(one: Setting, settings: LoadedSettings): SettingValue {
  try {
    const { layer, source } = settings.originOf(one);
    return { value: shownValue(one, settings), origin: origins[layer], source };
  } catch {
    return { value: null, origin: 'file', source: 'a variable that is not set' };
  }
}
