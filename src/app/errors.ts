import { defineError } from '#kernel/index.ts';

export const configUnreadable = defineError<{ file: string; detail: string }>('CONFIG_UNREADABLE', {
  http: 500,
  exit: 'usage',
  message: ({ file, detail }) => `The configuration file ${file} cannot be read: ${detail}`,
  hint: () => 'Correct the path given to --config, or the YAML at the line named.',
  about: 'The file given with --config does not exist, may not be read, or is not YAML. Nothing was run.',
});

export const resultUnwritable = defineError<{ reason: string }>('RESULT_UNWRITABLE', {
  http: 500,
  exit: 'environment',
  message: ({ reason }) => `The result cannot be written to standard output: ${reason}.`,
  hint: () => 'Make room on the disk, or send the output somewhere else. The task itself may have run: look before you run it again.',
  about:
    'Standard output is a file or device that takes no more, a full disk for instance. The command had its result and could not hand it over.',
});

export const configInvalid = defineError<{ key: string; value: string; source: string; problem: string }>('CONFIG_INVALID', {
  http: 500,
  exit: 'usage',
  message: ({ key, value, source, problem }) => `The setting ${key} cannot be ${value} (${source}): ${problem}`,
  hint: ({ key }) => `Correct it there; the reference page of the configuration says what ${key} accepts.`,
  about:
    'A setting has a value of the wrong type or outside its range. The message names where the value came from: a line of the file, ' +
    'an environment variable, or a flag. Values of secret settings are not printed.',
});

export const configProfileUnknown = defineError<{ name: string; source: string; known: readonly string[]; near: string | null }>(
  'CONFIG_PROFILE_UNKNOWN',
  {
    http: 500,
    exit: 'usage',
    message: ({ name, source, known, near }) =>
      `There is no profile ${JSON.stringify(name)} (${source}). ${near === null ? `There are: ${known.join(', ')}.` : `Did you mean ${near}?`}`,
    hint: () => 'Name one of them, or add a section for it below profiles: in the configuration file.',
    about: 'The profile asked for is neither one that comes with the program nor one that the configuration file has a section for.',
  },
);

export const configRefused = defineError<{ problems: readonly string[] }>('CONFIG_REFUSED', {
  http: 500,
  exit: 'usage',
  message: ({ problems }) => `The configuration cannot be used:\n${problems.map((line) => `  ${line}`).join('\n')}`,
  hint: () => 'Correct the places named; `ratchet config validate` finds the same without starting anything.',
  about:
    'The configuration has keys that mean nothing, values that are not acceptable, or settings that contradict each other. All of them ' +
    'are named, each with its place. Nothing was run: a key that is misspelt would otherwise leave a default in force that nobody wanted.',
});

export const configTypeUnknown = defineError<{ type: string; valid: readonly string[] }>('CONFIG_TYPE_UNKNOWN', {
  http: 400,
  exit: 'usage',
  message: ({ type, valid }) => `Unknown configuration type: ${type}. Valid types: ${valid.join(', ')}`,
  hint: () => 'Give one of them to --config-type.',
  about: '`ratchet config generate` was asked for a kind of file that it does not know.',
});

export const configFormatUnknown = defineError<{ format: string }>('CONFIG_FORMAT_UNKNOWN', {
  http: 400,
  exit: 'usage',
  message: ({ format }) => `Unknown output format: ${format}. Valid formats: yaml, json`,
  hint: () => 'Give one of them to --format, or leave it out for YAML.',
  about: '`ratchet config show` prints YAML and JSON, and was asked for something else.',
});

export const configExists = defineError<{ file: string }>('CONFIG_EXISTS', {
  http: 409,
  exit: 'failed',
  message: ({ file }) => `${file} exists already.`,
  hint: () => 'Give another --output, or --force to overwrite it.',
  about: '`ratchet config generate` does not overwrite a file unless it is told to.',
});

export const configUnwritable = defineError<{ file: string; detail: string }>('CONFIG_UNWRITABLE', {
  http: 500,
  exit: 'environment',
  message: ({ file, detail }) => `${file} cannot be written: ${detail}`,
  hint: () => 'Give a place to --output that you may write to.',
  about: '`ratchet config generate` could not write its file: the folder does not exist, may not be written to, or the disk is full.',
});
