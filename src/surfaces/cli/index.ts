export type { CliParts } from './command.ts';
export type { ConfigShown, ConfigValidation, ConfigWork } from './commands/config-operations.ts';
export type { WhichDatabase } from './commands/db.ts';
export type { RunningServer, ServeInput } from './commands/serve.ts';
export type { Globals } from './globals.ts';
export { runCli, type CliRun, type OpenApp } from './run-cli.ts';
export { createKeyboard, type Keyboard } from './keyboard.ts';
export type { Terminal } from './terminal.ts';
