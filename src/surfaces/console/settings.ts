import { setting } from '#kernel/index.ts';
import { z } from 'zod';

export const consoleTransport = setting({
  key: 'console.default_connection.transport',
  type: z.enum(['sse', 'stdio', 'http', 'streamable_http', 'websocket']),
  default: 'sse',
  describe:
    'How the console reaches a server: stdio starts one of its own; all others call over HTTP and follow events as server-sent events.',
});
export const consoleHost = setting({
  key: 'console.default_connection.host',
  type: z.string().min(1).nullable(),
  default: null,
  describe: 'Server the console connects to when no flag names one.',
});
export const consolePort = setting({
  key: 'console.default_connection.port',
  type: z.number().int().min(1).max(65_535).nullable(),
  default: null,
  defaultWords: '8080, where a server listens unless told otherwise',
  describe: 'Port of that server.',
});
export const consoleTimeout = setting({
  key: 'console.default_connection.timeout',
  type: z.number().positive(),
  default: 30,
  unit: 'seconds',
  describe: 'Seconds the console waits for an answer.',
});
export const consoleTokenFile = setting({
  key: 'console.default_connection.auth_token_file',
  type: z.string().min(1).nullable(),
  default: null,
  describe: 'File with the token the console proves itself with.',
});
export const usualFormat = setting({
  key: 'console.default_format',
  type: z.enum(['auto', 'table', 'rich', 'json', 'yaml']),
  default: 'auto',
  describe:
    'Form in which the console answers where `--format` does not say one. auto: tables to people, JSON to programs and of what `show` shows; rich is table.',
});
export const historyFile = setting({
  key: 'console.history.file',
  type: z.string().min(1),
  default: '~/.ratchet_history',
  describe: 'File in which the console keeps what was typed.',
});
export const historyLength = setting({
  key: 'console.history.max_entries',
  type: z.number().int().nonnegative(),
  default: 1_000,
  describe: 'Lines the console keeps.',
});
export const savesHistory = setting({
  key: 'console.history.save_on_exit',
  type: z.boolean(),
  default: true,
  describe: 'Whether the console writes its history.',
});
export const exportsVariables = setting({
  key: 'console.variables.auto_export_env',
  type: z.boolean(),
  default: false,
  describe: 'Whether variables of the console are environment variables of what it starts.',
});
export const variablesCaseSensitive = setting({
  key: 'console.variables.case_sensitive',
  type: z.boolean(),
  default: true,
  describe: 'Whether case counts in names of variables of the console.',
});
export const predefinedVariables = setting({
  key: 'console.variables.predefined',
  type: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  default: {},
  describe: 'Variables the console begins with, by name.',
});
export const scriptFolders = setting({
  key: 'console.scripts.search_paths',
  type: z.array(z.string().min(1)),
  default: ['./scripts', '~/.ratchet/scripts'],
  describe: 'Folders in which the console looks for scripts.',
});
export const autoScripts = setting({
  key: 'console.scripts.auto_source',
  type: z.array(z.string().min(1)),
  default: [],
  describe: 'Scripts the console runs when it starts; one that does not exist is passed over.',
});
export const allowsSystemCommands = setting({
  key: 'console.scripts.allow_system_commands',
  type: z.boolean(),
  default: false,
  describe: 'Whether `$(…)` in a line of the console runs a program of this machine.',
});
