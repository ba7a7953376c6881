import { z } from 'zod';
import { comingSetting } from './coming-setting.ts';

const inConsole = comingSetting('this version has no console');

inConsole({
  key: 'console.default_connection.transport',
  type: z.enum(['sse', 'stdio', 'http', 'streamable_http']),
  default: 'sse',
  describe: 'How the console speaks to a server.',
});
inConsole({
  key: 'console.default_connection.host',
  type: z.string().min(1),
  default: '127.0.0.1',
  describe: 'Server the console speaks to.',
});
inConsole({
  key: 'console.default_connection.port',
  type: z.number().int().min(1).max(65_535),
  default: 8090,
  describe: 'Port of that server.',
});
inConsole({
  key: 'console.default_connection.timeout',
  type: z.number().positive(),
  default: 30,
  unit: 'seconds',
  describe: 'Seconds the console waits for an answer.',
});
inConsole({
  key: 'console.default_connection.auth_token_file',
  type: z.string().min(1).nullable(),
  default: null,
  describe: 'File with the token the console proves itself with.',
});
inConsole({
  key: 'console.history.file',
  type: z.string().min(1),
  default: '~/.ratchet_history',
  describe: 'File in which the console keeps what was typed.',
});
inConsole({
  key: 'console.history.max_entries',
  type: z.number().int().nonnegative(),
  default: 1_000,
  describe: 'Lines the console keeps.',
});
inConsole({
  key: 'console.history.save_on_exit',
  type: z.boolean(),
  default: true,
  describe: 'Whether the console writes its history when it ends.',
});
inConsole({
  key: 'console.variables.auto_export_env',
  type: z.boolean(),
  default: false,
  describe: 'Whether variables of the console are environment variables of what it starts.',
});
inConsole({
  key: 'console.variables.case_sensitive',
  type: z.boolean(),
  default: true,
  describe: 'Whether case counts in names of variables of the console.',
});
inConsole({
  key: 'console.variables.predefined',
  type: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  default: {},
  describe: 'Variables the console begins with, by name.',
});
inConsole({
  key: 'console.scripts.search_paths',
  type: z.array(z.string().min(1)),
  default: ['./scripts', '~/.ratchet/scripts'],
  describe: 'Folders in which the console looks for scripts.',
});
inConsole({
  key: 'console.scripts.auto_source',
  type: z.array(z.string().min(1)),
  default: [],
  describe: 'Scripts the console runs when it starts.',
});
inConsole({
  key: 'console.scripts.allow_system_commands',
  type: z.boolean(),
  default: false,
  describe: 'Whether scripts of the console may run programs.',
});
