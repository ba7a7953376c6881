import { defineError } from '#kernel/index.ts';

export const commandLineInvalid = defineError<{ problem: string; command: string; usage: string }>('COMMAND_LINE_INVALID', {
  http: 400,
  exit: 'usage',
  message: ({ problem }) => problem,
  hint: ({ command }) => `Run \`${command} --help\` for the flags and examples.`,
  about: 'The command line has an unknown command or flag, a flag without its value, or a value that cannot be read. Nothing was run.',
});

export const inputNotJson = defineError<{ source: string; line: number; column: number; detail: string; excerpt: string }>(
  'INPUT_NOT_JSON',
  {
    http: 400,
    exit: 'invalidInput',
    message: ({ source, line, column, detail, excerpt }) =>
      `${source} is not JSON: ${detail} at line ${line}, column ${column}${excerpt ? `, near ${excerpt}` : ''}.`,
    hint: () => 'Names and texts in JSON stand in double quotes; in a shell, put the whole value in single quotes.',
    about: 'The input given to a command could not be parsed as JSON, so the task was not run. Line and column count from 1.',
  },
);

export const inputUnreadable = defineError<{ source: string; detail: string }>('INPUT_UNREADABLE', {
  http: 400,
  exit: 'invalidInput',
  message: ({ source, detail }) => `${source} cannot be read: ${detail}`,
  hint: () => 'Check the path; `-` stands for standard input.',
  about: 'The file (or standard input) that should hold the input cannot be read.',
});

export const interrupted = defineError<{ signal: string }>('INTERRUPTED', {
  http: 409,
  exit: 'interrupted',
  message: ({ signal }) => `The command was interrupted (${signal}).`,
  hint: () => 'Nothing to do; run it again if that was not intended.',
  about: 'The command was asked to stop, by Ctrl-C for instance, and had not ended two seconds later.',
});
