import type { Command } from '#surfaces/cli/command.ts';
import type { CommandRow } from '#surfaces/cli/commands.ts';
import type { Hands } from '../hands.ts';

/** A command of the console: the words that are typed, and where it is made. */
export interface ConsoleRow {
  readonly words: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Commands of the command line that have another name here as well: the name here, and the one there. */
export const otherNames: Readonly<Record<string, string>> = {
  'job create': 'job enqueue',
  'job delete': 'job remove',
  'job trigger': 'schedule trigger',
  'job cancel-waiting': 'job clear',
  'task delete': 'task remove',
  'schedule remove': 'schedule delete',
  'execution analyze': 'analyze',
  'server workers': 'worker list',
};

/** Commands that ask a server although they can do without one. */
const asking = ['repo status', 'repo verify'];

/** Categories in the order in which help lists them; others follow. */
export const categoryOrder = [
  'repo',
  'task',
  'execution',
  'job',
  'schedule',
  'server',
  'worker',
  'db',
  'template',
  'mcp',
  'health',
  'stats',
  'monitor',
];

/**
 * Every command of the console. What asks a server on the command line does so here, with the same flags and answers; some are the
 * console's own, or put something around one of those.
 */
export function consoleRows(rows: readonly CommandRow[], hands: Hands): readonly ConsoleRow[] {
  const remote = rows.filter(({ words, configuration }) => configuration === 'remote' || asking.includes(words));
  const usual = (words: string) => {
    const row = rows.find((one) => one.words === words);
    if (row === undefined) throw new TypeError(`no command is called ${words}`);
    return row.load();
  };
  const own: ConsoleRow[] = [
    {
      words: 'repo refresh',
      summary: 'Sync one source of tasks, or all of them',
      load: async () => (await import('./refresh-command.ts')).refreshCommand(usual),
    },
    {
      words: 'task execute',
      summary: 'Run a task now, and show what it logs and reports until it ends',
      load: async () => (await import('./execute-command.ts')).executeCommand(await usual('task execute'), hands),
    },
    {
      words: 'task edit',
      summary: 'Edit a file of a task, and store it when it is valid and its tests pass',
      load: async () => (await import('./edit-command.ts')).editCommand(hands),
    },
    {
      words: 'execution show',
      summary: 'Show an execution, and what it did when',
      load: async () => (await import('./show-execution-command.ts')).showExecutionCommand(await usual('execution show')),
    },
    {
      words: 'job clear',
      summary: 'Remove jobs that have ended',
      load: async () => (await import('./clear-command.ts')).clearCommand,
    },
    {
      words: 'server status',
      summary: 'Say how the server and its parts are',
      load: async () => (await serverCommands()).serverStatusCommand,
    },
    { words: 'server metrics', summary: 'Show what the server measures', load: async () => (await serverCommands()).serverMetricsCommand },
    {
      words: 'db status',
      summary: 'Say how the database of the server is',
      load: async () => (await databaseCommands()).databaseStatusCommand,
    },
    {
      words: 'db migrate',
      summary: 'Say whether the schema of the database is up to date',
      load: async () => (await databaseCommands()).databaseMigrateCommand,
    },
    {
      words: 'db stats',
      summary: 'Say how much the database of the server holds',
      load: async () => (await databaseCommands()).databaseStatsCommand,
    },
    { words: 'health', summary: 'Say in short how the server is', load: async () => (await serverCommands()).healthCommand },
    { words: 'stats', summary: 'Count tasks, jobs, executions and workers', load: async () => (await serverCommands()).statsCommand },
    {
      words: 'mcp tools',
      summary: 'List the tools that the server offers over MCP',
      load: async () => (await mcpCommands()).mcpToolsCommand,
    },
    { words: 'mcp call', summary: 'Call a tool of the server over MCP', load: async () => (await mcpCommands()).mcpCallCommand },
    {
      words: 'mcp capabilities',
      summary: 'Say what the server can do over MCP',
      load: async () => (await mcpCommands()).mcpCapabilitiesCommand,
    },
    {
      words: 'monitor',
      summary: 'Watch the server: jobs, workers, executions, failures, schedules',
      load: async () => (await import('./monitor-command.ts')).monitorCommand(hands),
    },
  ];
  const named = Object.entries(otherNames).flatMap(([words, there]) => {
    const row = remote.find((one) => one.words === there);
    return row === undefined ? [] : [{ words, summary: row.summary, load: () => row.load() }];
  });
  const taken = new Set([...own, ...named].map(({ words }) => words));
  const others = remote
    .filter(({ words }) => !taken.has(words))
    .map((row) => ({ words: row.words, summary: row.summary, load: () => row.load() }));
  return [...others, ...named, ...own].toSorted((a, b) => placeOf(a) - placeOf(b));
}

const placeOf = ({ words }: Pick<ConsoleRow, 'words'>): number => {
  const at = categoryOrder.indexOf(words.split(' ')[0]!);
  return at < 0 ? categoryOrder.length : at;
};

const serverCommands = () => import('./server-commands.ts');
const databaseCommands = () => import('./database-commands.ts');
const mcpCommands = () => import('./mcp-commands.ts');
