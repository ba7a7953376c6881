import { defineError } from '#kernel/index.ts';

export const settingUnknown = defineError<{ key: string; near: string | null }>('SETTING_UNKNOWN', {
  http: 404,
  exit: 'usage',
  message: ({ key, near }) => `There is no setting ${JSON.stringify(key)}.${near === null ? '' : ` Did you mean ${near}?`}`,
  hint: () =>
    '`ratchet server config get` lists the settings of the server; a beginning with a dot at its end, such as http., means all below it.',
  about: 'A running server was asked for a setting, or to change one, that does not exist. Nothing was changed.',
});

export const settingValueRefused = defineError<{ key: string; value: string; problem: string; accepts: string }>('SETTING_VALUE_REFUSED', {
  http: 400,
  exit: 'usage',
  message: ({ key, value, problem }) => `The setting ${key} cannot be ${value}: ${problem}`,
  hint: ({ key, accepts }) => `${key} accepts: ${accepts}.`,
  about:
    'A running server was asked to give a setting a value of the wrong type or outside of its range, or one that contradicts another setting. ' +
    'Nothing was changed, also of what came with it.',
});

export const settingNeedsRestart = defineError<{ key: string; variable: string; file: string | null }>('SETTING_NEEDS_RESTART', {
  http: 409,
  exit: 'usage',
  message: ({ key }) => `The setting ${key} takes effect when the server starts, and not while it runs.`,
  hint: ({ key, variable, file }) => `Write ${key} into ${file ?? 'a configuration file'}, or set ${variable}, and start the server again.`,
  about: 'Some settings are read once, when the server starts: its address, its database, the folders it uses. Nothing was changed.',
});

export const settingClosed = defineError<{ key: string; why: string; variable: string; file: string | null }>('SETTING_CLOSED', {
  http: 403,
  exit: 'usage',
  message: ({ key, why }) => `The setting ${key} cannot be changed through the server. ${why}`,
  hint: ({ key, variable, file }) =>
    `Write ${key} into ${file ?? 'a configuration file'} (\`ratchet server reload\` takes it over), or start the server with ${variable}.`,
  about:
    'Settings that decide which code the server runs, what that code may reach, and which files of the machine are touched are left to ' +
    'whoever can write the configuration; so are secrets. `ratchet server config get` says of each setting why.',
});

export const settingNotSaved = defineError<{ key: string; reason: string }>('SETTING_NOT_SAVED', {
  http: 409,
  exit: 'usage',
  message: ({ key, reason }) => `The setting ${key} cannot be written into the configuration file: ${reason}`,
  hint: () => 'Change it without saving, which holds until the server stops, or write it down where it belongs.',
  about:
    'A change was to be written into the configuration file, where it would not hold, or could not be written without changing something else. Nothing was changed.',
});

export const configFileChanged = defineError<{ file: string }>('CONFIG_FILE_CHANGED', {
  http: 409,
  exit: 'failed',
  retryable: true,
  message: ({ file }) => `The configuration file ${file} has changed since the server read it.`,
  hint: () => 'Look at it, let the server take it over with `ratchet server reload`, and save again.',
  about:
    'A change was to be written into the configuration file, which somebody else has changed meanwhile. Neither the file nor the server was changed.',
});

export const configFileUnwritable = defineError<{ file: string; detail: string }>('CONFIG_FILE_UNWRITABLE', {
  http: 500,
  exit: 'environment',
  message: ({ file, detail }) => `The configuration file ${file} cannot be written: ${detail}`,
  hint: () => 'Let the server write to the file and its folder, or change the setting without saving.',
  about:
    'A change was to be written into the configuration file, and the system did not allow it. Neither the file nor the server was changed.',
});

export const configNotTakenOver = defineError<{ file: string; problems: readonly string[] }>('CONFIG_NOT_TAKEN_OVER', {
  http: 422,
  exit: 'usage',
  message: ({ file, problems }) =>
    `The configuration file ${file} is not taken over, what held before goes on:\n${problems.map((line) => `  ${line}`).join('\n')}`,
  hint: () => 'Correct the places named and reload again; `ratchet config validate` finds the same.',
  about:
    'A running server was asked to read its configuration file again, and the file is broken. All that is wrong with it is named, and nothing was changed.',
});
