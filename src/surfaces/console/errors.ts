import { defineError } from '#kernel/index.ts';

export const consoleLineInvalid = defineError<{ problem: string; help: string }>('CONSOLE_LINE_INVALID', {
  http: 400,
  exit: 'usage',
  message: ({ problem }) => problem,
  hint: ({ help }) => (help === '' ? 'Type `help` for what there is.' : `Type \`help ${help}\` for what it accepts.`),
  about:
    'A line of the console has an unknown command, a quote or bracket that is not closed, or a value that cannot be read. Nothing was run.',
});

export const featureAbsent = defineError<{ what: string; instead: string }>('CONSOLE_FEATURE_ABSENT', {
  http: 501,
  exit: 'usage',
  message: ({ what }) => what,
  hint: ({ instead }) => instead,
  about: 'A line of the console asks for something that has a name and does not exist. Nothing was run; the error says what does the work.',
});

export const consoleNotConnected = defineError<{ problem: string }>('CONSOLE_NOT_CONNECTED', {
  http: 503,
  exit: 'environment',
  message: () => "Not connected to server. Use 'connect' command first.",
  hint: ({ problem }) => (problem === '' ? '`connect http://127.0.0.1:8080` connects to the server at that address.' : problem),
  about: 'The command needs a server, and the console has none: `disconnect` was given, or nothing answered when it started.',
});

export const scriptNotFound = defineError<{ file: string; places: readonly string[]; near?: string }>('CONSOLE_SCRIPT_NOT_FOUND', {
  http: 404,
  exit: 'usage',
  message: ({ file, near }) => `There is no script ${file}${near || '.'}`,
  hint: ({ places }) => `Looked in ${places.join(', ')}; console.scripts.search_paths names further folders.`,
  about: 'A script of the console was named that exists neither at that path nor in one of the folders that are searched.',
});

export const scriptTooDeep = defineError<{ file: string; depth: number }>('CONSOLE_SCRIPT_TOO_DEEP', {
  http: 400,
  exit: 'usage',
  message: ({ file, depth }) => `${file} would be the ${depth}th script inside another.`,
  hint: () => 'Look for a script that runs itself.',
  about: 'Scripts of the console run scripts, and these others, deeper than any purpose needs: most likely one runs itself.',
});

export const consoleFileFailed = defineError<{ file: string; detail: string }>('CONSOLE_FILE_FAILED', {
  http: 500,
  exit: 'environment',
  message: ({ file, detail }) => `${file} cannot be used: ${detail}`,
  hint: () => 'Check the path, and that it may be written to.',
  about: 'A file that the console was to read or write (the target of `>`, a history, a token) cannot be used.',
});

export const consoleServerFailed = defineError<{ detail: string }>('CONSOLE_SERVER_FAILED', {
  http: 500,
  exit: 'environment',
  message: ({ detail }) => `The console could not start a server of its own: ${detail}`,
  hint: () => 'Connect to one that runs, with --connect <url>, or look at what `ratchet serve` says.',
  about: 'No server was named and none runs at the usual address, so the console started one, which did not become ready.',
});

export const editorFailed = defineError<{ editor: string; detail: string }>('CONSOLE_EDITOR_FAILED', {
  http: 500,
  exit: 'environment',
  message: ({ editor, detail }) => `The editor ${editor} ${detail}.`,
  hint: () => 'Set EDITOR to a program that edits the file it is given and ends with 0.',
  about: '`task edit` opens what EDITOR (or VISUAL) names, and that could not be started or ended with an error. Nothing was saved.',
});

export const needsTerminal = defineError<{ command: string }>('CONSOLE_NEEDS_TERMINAL', {
  http: 400,
  exit: 'usage',
  message: ({ command }) => `${command} needs a terminal.`,
  hint: () => 'Run `ratchet console` in one; scripts can use `stats`, `job list`, `execution list` and `logs search` instead.',
  about: 'The command fills a terminal or asks a person, and the console does not run in a terminal.',
});
