import { isDeepStrictEqual } from 'node:util';
import { toRatchetError, type Setting } from '#kernel/index.ts';
import { configFileChanged, configFileUnwritable, settingNotSaved } from '#server-settings/index.ts';
import type { ConfigFile } from './config-file.ts';
import { loadSettings, saidIn, type ConfigSources } from './load-settings.ts';
import { replaceFile } from './replace-file.ts';

/** A setting and the value somebody gave it. */
export interface NewValue {
  readonly setting: Setting;
  readonly value: unknown;
}

/**
 * Writes values into the configuration file, where they hold with the next start.
 * @param sources what the server was started with, with the file as it was last read
 * @param parse reads the text of the file
 * @returns the file as it is then
 * @throws SETTING_NOT_SAVED, CONFIG_FILE_CHANGED, CONFIG_FILE_UNWRITABLE
 */
export async function saveSettings(
  changes: readonly NewValue[],
  sources: ConfigSources & { readonly file: ConfigFile },
  parse: (path: string, text: string) => ConfigFile,
): Promise<ConfigFile> {
  const { editConfigText } = await import('./edit-config-text.ts');
  const { file } = sources;
  let text = file.text;
  for (const { setting, value } of changes) {
    const refuse = (reason: string) => settingNotSaved({ key: setting.key, reason });
    const path = placeOf(setting, sources, refuse);
    const edited = editConfigText(text, { path, value });
    if (edited === null) throw refuse(`${path.join('.')} cannot be changed without changing something else in ${file.path}.`);
    text = edited;
  }
  const saved = parse(file.path, text);
  for (const { setting, value } of changes) refuseOtherwise(setting, value, { ...sources, file: saved });
  let isReplaced: boolean;
  try {
    isReplaced = replaceFile(file.path, text, file.text);
  } catch (caught) {
    throw configFileUnwritable({ file: file.path, detail: (caught as NodeJS.ErrnoException).code ?? String(caught) }, caught);
  }
  if (!isReplaced) throw configFileChanged({ file: file.path });
  return saved;
}

/** Where the value has to stand: where the file says it already, or under its own key. */
function placeOf(setting: Setting, { file, profile, env, flags }: ConfigSources, refuse: (reason: string) => Error): readonly string[] {
  const { layer, source } = loadSettings({ file: null, profile, env, flags }).originOf(setting);
  if (layer === 'flag' || layer === 'variable') throw refuse(`${source} says it as well and wins over the file.`);
  const section = profile === null ? null : file!.profilePart(profile.name);
  const ofProfile = section === null ? undefined : saidIn(setting, section)[0];
  const said = ofProfile ?? saidIn(setting, file!)[0];
  if (said === undefined) return setting.key.split('.');
  const isOwn = said.key === setting.key || setting.aliases?.includes(said.key) === true;
  if (!isOwn) throw refuse(`the file says it as ${said.key} in line ${said.line}, which says it in another way.`);
  if (typeof said.value === 'string' && said.value.includes('${')) throw refuse(`the file takes it from a variable in line ${said.line}.`);
  return [...(ofProfile === undefined ? [] : ['profiles', profile!.name]), ...said.key.split('.')];
}

/** Whether the next start would read what was meant. */
function refuseOtherwise(setting: Setting, value: unknown, sources: ConfigSources): void {
  const { running: _running, ...start } = sources;
  const meant = loadSettings({ ...start, file: null, running: { [setting.key]: { value, source: '' } } }).get(setting);
  let read: unknown;
  try {
    read = loadSettings(start).get(setting);
  } catch (caught) {
    throw settingNotSaved({ key: setting.key, reason: toRatchetError(caught, 'read the setting').message });
  }
  if (!isDeepStrictEqual(read, meant)) throw settingNotSaved({ key: setting.key, reason: 'it would be read as something else.' });
}
