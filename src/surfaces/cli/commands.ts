import type { LogLevel } from '#observe/index.ts';
import type { AppParts, Command } from './command.ts';
import { remoteGroups, remoteRows } from './remote/remote-rows.ts';

/** One row of the list of commands: enough for help and suggestions, so that a command's own code loads only when it is asked for. */
export interface CommandRow {
  /** The words after `ratchet`. */
  words: string;
  /** The operation's own summary, repeated here so that the list shows without loading it; a test compares the two. */
  summary: string;
  load(): Promise<Command>;
  /**
   * How it treats the configuration. `tasks`, unless given: it works on tasks, and takes no file from the folder it is in, which may be
   * a stranger's. `server`: it is given by whoever runs a server, and a file in the working folder counts. `own`: the same, and it looks
   * into the configuration itself, so a broken one must not keep it from running. `remote`: it asks a running server, which has its own.
   */
  configuration?: 'tasks' | 'server' | 'own' | 'remote';
  /** Least important level that is logged where nobody chose one; as configured unless given. */
  usualLogLevel?(argv: readonly string[]): LogLevel | undefined;
  /** Starts what takes long and will be needed, while the command line is still being read. */
  early?(parts: AppParts): void;
}

export const commandRows: readonly CommandRow[] = [
  {
    words: 'run-once',
    summary: 'Run a task once and print its output',
    load: async () => (await import('./commands/run-once.ts')).runOnceCommand,
    // A failure shows when the command asks for the part itself.
    early: (parts) => void parts.executions().catch(() => {}),
  },
  {
    words: 'replay',
    summary: 'Run a task again as it was recorded, offline, and compare',
    load: async () => (await import('./commands/replay.ts')).replayCommand,
    early: (parts) => void parts.executions().catch(() => {}),
  },
  {
    words: 'test',
    summary: 'Run the tests of a task, or of every task in a folder',
    load: async () => (await import('./commands/test.ts')).testCommand,
    early: (parts) => void parts.executions().catch(() => {}),
  },
  {
    words: 'dev',
    summary: 'Watch a task: check it, test it and run it on every save',
    load: async () => (await import('./commands/dev.ts')).devCommand,
    early: (parts) => void parts.executions().catch(() => {}),
  },
  {
    words: 'bench',
    summary: 'Run a task many times and measure it',
    load: async () => (await import('./commands/bench.ts')).benchCommand,
    early: (parts) => void parts.executions().catch(() => {}),
  },
  {
    words: 'validate',
    summary: 'Check a task and list every problem with file and line',
    load: async () => (await import('./commands/validate.ts')).validateCommand,
  },
  {
    words: 'generate task',
    summary: 'Write a first task to start from',
    load: async () => (await import('./commands/generate-task.ts')).generateTaskCommand,
  },
  {
    words: 'serve',
    summary: 'Start the server: REST, the durable queue, and workers',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
    configuration: 'server',
  },
  {
    words: 'mcp-serve',
    summary: 'Speak MCP over standard input and output, for a program that starts this command',
    load: async () => (await import('./commands/mcp.ts')).mcpServeCommand,
    configuration: 'server',
    // Programs that start it show what it writes to standard error as trouble.
    usualLogLevel: () => 'error',
  },
  {
    words: 'mcp',
    summary: 'Serve MCP on an address of its own',
    load: async () => (await import('./commands/mcp.ts')).mcpCommand,
    configuration: 'server',
    usualLogLevel: (argv) => (argv.some((arg) => arg === 'stdio' || arg === '--transport=stdio') ? 'error' : undefined),
  },
  {
    words: 'generate mcpservers-json',
    summary: 'Print what an MCP client has to be told about this server',
    load: async () => (await import('./commands/mcp.ts')).generateMcpServersCommand,
    configuration: 'own',
  },
  {
    words: 'config validate',
    summary: 'Check a configuration file and list every problem with its line',
    load: async () => (await import('./commands/config.ts')).configValidateCommand,
    configuration: 'own',
  },
  {
    words: 'config generate',
    summary: 'Write a configuration file to start from',
    load: async () => (await import('./commands/config.ts')).configGenerateCommand,
    configuration: 'own',
  },
  {
    words: 'config show',
    summary: 'Show the settings in force',
    load: async () => (await import('./commands/config.ts')).configShowCommand,
    configuration: 'own',
  },
  {
    words: 'config schema',
    summary: 'Print the JSON Schema of the configuration file',
    load: async () => (await import('./commands/config.ts')).configSchemaCommand,
    configuration: 'own',
  },
  {
    words: 'console',
    summary: 'Open the console: work with a server, command by command',
    load: async () => (await import('./commands/console.ts')).consoleCommand,
    configuration: 'server',
  },
  ...remoteRows,
  {
    words: 'repo init',
    summary: 'Make a folder a task repository',
    load: async () => (await import('./commands/repo-folder.ts')).repoInitCommand,
  },
  {
    words: 'repo refresh-metadata',
    summary: 'Write the index of a task repository anew',
    load: async () => (await import('./commands/repo-folder.ts')).repoRefreshCommand,
  },
  {
    words: 'repo status',
    summary: 'Say how the sources of the configuration are',
    load: async () => (await import('./commands/repo-check.ts')).repoStatusCommand,
    configuration: 'server',
  },
  {
    words: 'repo verify',
    summary: 'Fetch the sources of the configuration and check every task in them',
    load: async () => (await import('./commands/repo-check.ts')).repoVerifyCommand,
    configuration: 'server',
  },
  {
    words: 'db status',
    summary: 'Say which database is used and whether its schema is up to date',
    load: async () => (await import('./commands/db.ts')).dbStatusCommand,
    configuration: 'server',
  },
  {
    words: 'db migrate',
    summary: 'Bring the schema of the database up to date',
    load: async () => (await import('./commands/db.ts')).dbMigrateCommand,
    configuration: 'server',
  },
  {
    words: 'db stats',
    summary: 'Say how many rows and bytes the tables of the database have',
    load: async () => (await import('./commands/db.ts')).dbStatsCommand,
    configuration: 'server',
  },
  {
    words: 'db backup',
    summary: 'Copy the database into a file while it is used',
    load: async () => (await import('./commands/db.ts')).dbBackupCommand,
    configuration: 'server',
  },
  {
    words: 'db restore',
    summary: 'Put a backup in the place of the database',
    load: async () => (await import('./commands/db.ts')).dbRestoreCommand,
    configuration: 'server',
  },
  {
    words: 'db check',
    summary: 'Look for damage in the database',
    load: async () => (await import('./commands/db.ts')).dbCheckCommand,
    configuration: 'server',
  },
  {
    words: 'doctor',
    summary: 'Check that this machine has what Ratchet needs',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
    configuration: 'own',
  },
  {
    words: 'completion',
    summary: 'Print the completion script of a shell',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
];

/** Words that only lead to commands, and what they say of themselves. */
export const groupSummaries: Readonly<Record<string, string>> = {
  generate: 'Generate something new',
  config: 'Check, write and show configuration files',
  repo: 'See to the places that tasks come from',
  db: 'Look at the database of this machine, and see to it',
  ...remoteGroups,
};

/** The command that these words name, if any; words after its name are arguments. */
export function findRow(words: readonly string[], rows: readonly CommandRow[]): CommandRow | undefined {
  return rows.find((row) => row.words.split(' ').every((word, index) => words[index] === word));
}
