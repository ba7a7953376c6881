import { definedSettingRules, type Setting } from '#kernel/index.ts';
import { ruleFor, settingClosed, settingNeedsRestart, settingValueRefused } from '#server-settings/index.ts';
import { acceptedWords } from './accepted-words.ts';
import { loadSettings, valueInWords, type ConfigSources } from './load-settings.ts';
import { readValue } from './read-value.ts';
import { oneSetting, whyClosed } from './running-setting.ts';

/** A change that may be made. */
export interface ReadChange {
  readonly setting: Setting;
  /** As it was given: it has been found acceptable. */
  readonly value: unknown;
  /** What the change means, where there is something to know. */
  readonly remark: string | null;
}

/**
 * What somebody wants to change while the server runs, checked by the settings themselves.
 * @throws SETTING_UNKNOWN, SETTING_NEEDS_RESTART, SETTING_CLOSED, SETTING_VALUE_REFUSED
 */
export function readChanges(values: Readonly<Record<string, unknown>>, all: readonly Setting[], file: string | null): ReadChange[] {
  const changes = Object.entries(values).map(([said, value]): ReadChange => {
    const setting = oneSetting(said, all);
    const { key, variable } = setting;
    const why = whyClosed(setting);
    if (setting.inactive === undefined && setting.reload !== 'live') throw settingNeedsRestart({ key, variable, file });
    if (why !== null) throw settingClosed({ key, variable, file, why });
    const read = readValue(setting, { value, interpreted: value });
    if (!read.isFine) throw refused(setting, value, read.problem);
    const { stance, why: meaning } = ruleFor(key);
    return { setting, value, remark: stance === 'told' ? meaning : null };
  });
  for (const { setting, value } of changes) {
    const twice = changes.filter((one) => one.setting.key === setting.key);
    if (twice.length > 1) throw refused(setting, value, 'it is named twice, under an older name as well');
  }
  return changes;
}

/** @throws SETTING_VALUE_REFUSED where a new value does not go together with another setting */
export function refuseContradictions(changes: readonly ReadChange[], next: ConfigSources): void {
  const settings = loadSettings(next);
  for (const { settings: members, problem } of definedSettingRules()) {
    const change = changes.find(({ setting }) => members.some(({ key }) => key === setting.key));
    const said = change === undefined ? null : problem(settings);
    if (said) throw refused(change!.setting, change!.value, said);
  }
}

const refused = (setting: Setting, value: unknown, problem: string) =>
  settingValueRefused({ key: setting.key, value: valueInWords(setting, value), problem, accepts: acceptedWords(setting) });
