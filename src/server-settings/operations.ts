import { operation } from '#kernel/index.ts';
import { z } from 'zod';
import {
  configFileChanged,
  configFileUnwritable,
  configNotTakenOver,
  settingClosed,
  settingNeedsRestart,
  settingNotSaved,
  settingUnknown,
  settingValueRefused,
} from './errors.ts';
import { settingEffects, settingOrigins, type RunningSettings, type SettingMove } from './running-settings.ts';

export interface ServerSettingServices {
  readonly runningSettings: RunningSettings;
}

const said = {
  value: z.unknown().describe('As a file may say it; secrets are replaced.'),
  origin: z.enum(settingOrigins).describe('Which layer says it; running: set while the server runs.'),
  source: z.string().describe('File and line, variable, flag, profile, or who set it when.'),
};
const SettingValueShown = z.object(said).meta({ id: 'SettingValue' });

export const ServerSetting = z
  .object({
    key: z.string().describe('Dotted.'),
    ...said,
    effect: z.enum(settingEffects).describe('When a change takes effect: while running, after a restart, or not in this version.'),
    canChange: z.boolean().describe('Whether it may be changed through the server.'),
    remark: z.string().nullable().describe('Why it may not, or what a change means.'),
    underneath: SettingValueShown.nullable().describe('What holds again when what was set while running ends; null: nothing was set.'),
    afterRestart: SettingValueShown.nullable().describe('What holds after a restart, where that is something else.'),
    accepts: z.string().describe('Which values it takes.'),
    variable: z.string().describe('The environment variable that says it.'),
    description: z.string(),
  })
  .meta({ id: 'ServerSetting' });

const SettingMoveShown = z
  .object({
    key: z.string(),
    from: z.unknown().describe('What held, secrets replaced.'),
    to: z.unknown().describe('What holds, or is said; secrets replaced.'),
    source: z.string().describe('Who says the new value.'),
  })
  .meta({ id: 'SettingMove' });

const moves = (found: readonly SettingMove[]) => found.map((move) => ({ ...move }));

export const listSettings = operation({
  name: 'settings.list',
  summary: 'Show the settings that the server runs with',
  details:
    'Says of each setting its value, who says it, whether a change takes effect while the server runs, and whether it may be changed through the server. ' +
    'Secrets are replaced by ********. What was set while running shows what it covers.',
  input: z.object({
    key: z.string().min(1).optional().describe('One setting, such as http.timeout, or all below a section, such as http. with its dot'),
    changedOnly: z.boolean().default(false).describe('Only those that somebody has set, whoever that was'),
  }),
  output: z.object({
    file: z.string().nullable().describe('The configuration file the server was started with.'),
    profile: z.string().nullable().describe('The profile it was started with.'),
    settings: z.array(ServerSetting).describe('By key.'),
  }),
  errors: [settingUnknown],
  effect: 'read',
  permission: 'setting:read',
  on: {
    rest: 'GET /system/settings',
    graphql: 'serverSettings',
    cli: {
      command: 'server config get',
      positional: ['key'],
      examples: [
        { line: 'ratchet server config get http.', about: 'Every setting below http, with who says it' },
        { line: 'ratchet server config get --changed-only', about: 'What is not as it is anyway' },
      ],
    },
  },
  async run({ runningSettings }: ServerSettingServices, { key, changedOnly }) {
    const found = await runningSettings.list(key ?? null);
    return {
      file: runningSettings.file,
      profile: runningSettings.profile,
      settings: found
        .filter(({ origin }) => !changedOnly || origin !== 'default')
        .map(({ describe, ...setting }) => ({ ...setting, description: describe })),
    };
  },
});

const SettingsChangedAnswer = z.object({
  changed: z.array(SettingMoveShown).describe('What holds from now on.'),
  remarks: z
    .array(z.object({ key: z.string(), remark: z.string().describe('A sentence for people.') }))
    .describe('What that means, where there is something to know.'),
  savedTo: z.string().nullable().describe('The file it was written into; null: it holds until the server stops.'),
});

export const changeSettings = operation({
  name: 'settings.change',
  summary: 'Change settings of the server while it runs',
  details:
    'The new values hold at once, over the file, variables and flags, until the server stops or they are reset; a reload of the file does not end them. ' +
    'With save they are written into the configuration file too, whose comments and order stay. All of it happens, or nothing: unknown keys, values ' +
    'that are not acceptable, and settings that need a restart or are closed to callers are refused.',
  input: z.object({
    values: z
      .record(z.string().min(1), z.unknown())
      .refine((values) => Object.keys(values).length > 0, 'names no setting')
      .describe('New values by key, as the configuration file would say them: {"http.timeout": "10s"}'),
    save: z.boolean().default(false).describe('Write them into the configuration file as well'),
  }),
  output: SettingsChangedAnswer,
  errors: [
    settingUnknown,
    settingValueRefused,
    settingNeedsRestart,
    settingClosed,
    settingNotSaved,
    configFileChanged,
    configFileUnwritable,
  ],
  effect: 'write',
  permission: 'setting:write',
  on: {
    rest: 'PATCH /system/settings',
    graphql: 'changeServerSettings',
    cli: {
      command: 'server config set',
      examples: [{ line: 'ratchet server config set logging.level debug', about: 'Says more in the log, until the server stops' }],
    },
  },
  async run({ runningSettings }: ServerSettingServices, { values, save }, { caller }) {
    const { changed, remarks, savedTo } = await runningSettings.change({ values, save, by: caller.name });
    return { changed: moves(changed), remarks: [...remarks], savedTo };
  },
});

export const resetSettings = operation({
  name: 'settings.reset',
  summary: 'End what was set while the server runs',
  details: 'What the flags, variables and the file say holds again. Settings that nobody has set while running stay as they are.',
  input: z.object({ keys: z.array(z.string().min(1)).default([]).describe('Only these settings; all that were set unless given') }),
  output: SettingsChangedAnswer,
  errors: [settingUnknown],
  effect: 'write',
  permission: 'setting:write',
  on: {
    rest: 'POST /system/settings/reset',
    graphql: 'resetServerSettings',
    cli: {
      command: 'server config reset',
      positional: ['keys'],
      examples: [{ line: 'ratchet server config reset logging.level', about: 'Logs as the configuration says it again' }],
    },
  },
  async run({ runningSettings }: ServerSettingServices, { keys }, { caller }) {
    const { changed, remarks, savedTo } = await runningSettings.reset(keys, caller.name);
    return { changed: moves(changed), remarks: [...remarks], savedTo };
  },
});

export const reloadSettings = operation({
  name: 'settings.reload',
  summary: 'Read the configuration file of the server again',
  details:
    'The same as SIGHUP: takes over what may change while the server runs, and names what holds after a restart only. A file with mistakes changes ' +
    'nothing, and all of them are named. What was set while running holds on and is named with what the file says.',
  input: z.object({}),
  output: z.object({
    file: z.string().nullable().describe('The file that was read; null: the server was started without one.'),
    changed: z.array(SettingMoveShown).describe('What holds from now on.'),
    needRestart: z.array(SettingMoveShown).describe('What the file says and holds after the next start.'),
    kept: z.array(SettingMoveShown).describe('What was set while running: from is what holds, to is what the configuration says.'),
  }),
  errors: [configNotTakenOver],
  effect: 'write',
  permission: 'setting:write',
  on: {
    rest: 'POST /system/settings/reload',
    graphql: 'reloadServerSettings',
    cli: {
      command: 'server reload',
      examples: [{ line: 'ratchet server reload', about: 'Takes over a changed file, and says what of it' }],
    },
  },
  async run({ runningSettings }: ServerSettingServices, _input, { caller }) {
    const { file, changed, needRestart, kept } = await runningSettings.reload(caller.name);
    return { file, changed: moves(changed), needRestart: moves(needRestart), kept: moves(kept) };
  },
});

export const serverSettingOperations = [listSettings, changeSettings, resetSettings, reloadSettings] as const;
