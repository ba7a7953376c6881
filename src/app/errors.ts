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
