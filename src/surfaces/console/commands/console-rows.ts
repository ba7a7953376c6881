import type { Command } from '#surfaces/cli/command.ts';
import type { CommandRow } from '#surfaces/cli/commands.ts';
import type { Hands } from '../hands.ts';
import { monitorParts } from '../monitor/monitor-state.ts';
import type { ScriptDesk } from './script-commands.ts';

/** A command of the console: the words that are typed, and where it is made. */
export interface ConsoleRow {
  readonly words: string;
  readonly summary: string;
  /** Whether it asks the server: it does, unless given. */
  readonly needsServer?: false;
  load(): Promise<Command>;
}

/** Commands beside every `… show` that print JSON to people too, unless another form is asked for. */
const inJson: readonly string[] = ['server status', 'server metrics', 'mcp capabilities', 'monitor'];

export const printsJson = ({ words }: Pick<ConsoleRow, 'words'>): boolean => words.endsWith(' show') || inJson.includes(words);

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
  'server workers scale': 'worker scale',
  'server security audit': 'security audit',
  'task batch': 'execution batch',
  'repo discover': 'task discover',
  'result list': 'execution list',
  'backup create': 'server backup create',
  'backup list': 'server backup list',
  'backup restore': 'server backup restore',
};

/** Commands that ask a server although they can do without one. */
const asking = ['repo verify'];

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
  'backup',
  'template',
  'result',
  'export',
  'script',
  'mcp',
  'health',
  'stats',
  'monitor',
];

/**
 * Every command of the console. What asks a server on the command line does so here, with the same flags and answers; some are the
 * console's own, or put something around one of those.
 */
export function consoleRows(rows: readonly CommandRow[], hands: Hands, desk: () => ScriptDesk): readonly ConsoleRow[] {
  const remote = rows.filter(({ words, configuration }) => configuration === 'remote' || asking.includes(words));
  const usualRowOf = (words: string) => {
    const row = rows.find((one) => one.words === words);
    if (row === undefined) throw new TypeError(`no command is called ${words}`);
    return row;
  };
  const usual = (words: string) => usualRowOf(words).load();
  const own: ConsoleRow[] = [
    {
      words: 'repo status',
      summary: usualRowOf('repo status').summary,
      load: async () => (await import('./repo-status-command.ts')).repoStatusCommand(await usual('repo status')),
    },
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
      words: 'task create',
      summary: 'Store a new task',
      load: async () => (await import('./create-command.ts')).createCommand(await usual('task create'), hands),
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
    ...Object.entries(monitorParts).map(([part, { summary }]) => {
      const words = part === '' ? 'monitor' : `monitor ${part}`;
      return { words, summary, load: async () => (await import('./monitor-command.ts')).monitorCommand(words, hands) };
    }),
    {
      words: 'result store',
      summary: 'Store the result of a run that happened somewhere else',
      load: async () => (await resultCommands()).resultStoreCommand,
    },
    {
      words: 'result export',
      summary: 'Put the output of an execution into a file',
      load: async () => (await resultCommands()).resultExportCommand,
    },
    {
      words: 'export openapi',
      summary: 'Put the OpenAPI document of the server into a file',
      load: async () => (await exportCommands()).exportOpenapiCommand,
    },
    {
      words: 'export mcp-config',
      summary: 'Say what an MCP client has to be told about the server',
      load: async () => (await exportCommands()).exportMcpConfigCommand,
    },
    {
      words: 'script record',
      summary: 'Write what is typed from now on into a script',
      needsServer: false,
      load: async () => (await scriptCommands()).scriptRecordCommand(desk()),
    },
    {
      words: 'script stop',
      summary: 'End the recording of a script',
      needsServer: false,
      load: async () => (await scriptCommands()).scriptStopCommand(desk()),
    },
    {
      words: 'script replay',
      summary: 'Run a script, with a pause between its commands or only to see whether it could run',
      needsServer: false,
      load: async () => (await scriptCommands()).scriptReplayCommand(desk()),
    },
    {
      words: 'script template',
      summary: 'Start a script from one that is built in',
      needsServer: false,
      load: async () => (await scriptCommands()).scriptTemplateCommand,
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
const resultCommands = () => import('./result-commands.ts');
const exportCommands = () => import('./export-commands.ts');
const scriptCommands = () => import('./script-commands.ts');
