import { call, operation } from '#kernel/index.ts';
import { z } from 'zod';
import type { Command, Screen } from '../command.ts';
import { jsonText } from '../terminal.ts';

const input = z.object({
  sources: z
    .array(z.string().min(1))
    .default([])
    .describe('Task folder, ZIP file, collection, or address of a Git or HTTP source to serve; may be given several times'),
  host: z.string().min(1).optional().describe('Address to listen on; this machine only unless given'),
  port: z.number().int().min(0).max(65_535).optional().describe('Port to listen on, 8080 unless given; 0 is a free one'),
  dataDir: z.string().min(1).optional().describe('Folder for the database and everything else that is kept').meta({ placeholder: 'path' }),
  databaseUrl: z.string().min(1).optional().describe('sqlite:<file>, sqlite::memory: or postgres://user@host/database'),
  insecure: z.boolean().default(false).describe('Listen on an address that others can reach, without authentication'),
});
export type ServeInput = z.infer<typeof input>;

/** What a server says of itself once it is ready. */
export const ServerFacts = z.object({
  url: z.string().describe('Empty where nothing listens.'),
  pid: z.number().int(),
  version: z.string(),
  database: z.string().describe('File, or server and database.'),
  isForgetful: z.boolean().describe('Nothing is left when the process ends.'),
  tasks: z.array(z.object({ name: z.string(), version: z.string() })).describe('The first twenty.'),
  taskCount: z.number().int(),
  sources: z
    .array(
      z.object({
        name: z.string(),
        uri: z.string(),
        taskCount: z.number().int(),
        error: z.string().nullable().describe('Why it cannot be read now; what was read before is served.'),
        isPending: z.boolean().describe('Still being fetched for the first time.'),
      }),
    )
    .describe('Where the tasks come from.'),
  problems: z.array(z.object({ taskName: z.string(), error: z.string() })).describe('Tasks that were found and cannot be served.'),
  recovered: z.number().int().describe('Jobs that an earlier process left in the middle and that go on now.'),
  readyMs: z.number().describe('From the start of the process.'),
});
export type ServerFacts = z.infer<typeof ServerFacts>;

/** A server that answers. */
export interface RunningServer {
  readonly facts: ServerFacts;
  /** Told which settings have changed while it runs. */
  onSettings?(keys: readonly string[]): void;
  /** Finishes what runs, for a while; then gives the rest back. */
  stop(): Promise<void>;
}

export const serveOperation = operation({
  name: 'server.serve',
  summary: 'Start the server: REST, the durable queue, and workers',
  details:
    'Loads the tasks, takes back jobs that an earlier process left in the middle, and serves REST at /api/v1 until it is asked to end. ' +
    'On Ctrl-C no new work begins, what runs may end, and the rest goes back to the queue without having burnt an attempt.',
  input,
  output: ServerFacts,
  errors: [],
  effect: 'write',
  permission: 'system:serve',
  on: {
    cli: {
      command: 'serve',
      positional: ['sources'],
      examples: [
        { line: 'ratchet serve', about: 'Starts on http://127.0.0.1:8080 with what is stored' },
        { line: 'ratchet serve --sources sample/js-tasks --port 8090', about: 'Serves a folder of tasks on another port' },
        { line: 'ratchet serve --database-url sqlite::memory:', about: 'Keeps nothing: for trying things out' },
      ],
    },
  },
  run: async ({ start }: { start: (input: ServeInput) => Promise<RunningServer> }, wishes, { signal }) => {
    const server = await start(wishes);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.stop();
    return server.facts;
  },
});

export const serveCommand: Command = {
  operation: serveOperation,
  /** Longer than the server gives to what runs. */
  graceMs: 60_000,
  async run(wishes, parts, options) {
    const start = async (parsed: ServeInput) => {
      const server = await parts.serve(parsed);
      showReady(server.facts, parts.screen);
      options.signal?.addEventListener('abort', () => parts.screen.err('Stopping: what runs may end; Ctrl-C again ends at once.\n'), {
        once: true,
      });
      return server;
    };
    return call(serveOperation, { start }, wishes, options);
  },
  show: (_answer, screen) => {
    if (screen.format === 'auto') screen.err('Stopped.\n');
    return { exit: 'ok' };
  },
};

/** One line of JSON for programs, which wait for it; an overview for people. */
function showReady(facts: ServerFacts, screen: Screen): void {
  if (screen.format !== 'auto') return screen.out(`${jsonText(facts, screen.format === 'pretty')}\n`);
  const { paintErr: paint } = screen;
  const names = facts.tasks.map(({ name, version }) => `${name} ${paint('dim', version)}`);
  const more = facts.taskCount - facts.tasks.length;
  const rows: (readonly [string, string])[] = [
    ['API', `${facts.url}/api/v1`],
    ['Documentation', `${facts.url}/docs`],
    ['Health', `${facts.url}/health`],
    ['Data', facts.isForgetful ? paint('yellow', 'in memory: everything is forgotten when the server ends') : facts.database],
    ['Tasks', facts.taskCount === 0 ? 'none yet' : `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`],
  ];
  for (const [index, source] of facts.sources.entries()) rows.push([index === 0 ? 'Sources' : '', sourceText(source, paint)]);
  if (facts.recovered > 0) rows.push(['Taken back', `${facts.recovered} jobs that an earlier process left in the middle`]);
  const width = Math.max(...rows.map(([title]) => title.length));
  screen.err(`${paint('bold', `Ratchet ${facts.version}`)} is ready after ${Math.round(facts.readyMs)} ms\n\n`);
  for (const [title, value] of rows) screen.err(`  ${paint('dim', title.padEnd(width))}  ${value}\n`);
  for (const { taskName, error } of facts.problems) screen.err(`\n  ${paint('yellow', 'not served')}  ${taskName}: ${error}\n`);
  screen.err(`\n${nextSteps(facts)}\n`);
}

function sourceText({ name, uri, taskCount, error, isPending }: ServerFacts['sources'][number], paint: Screen['paintErr']): string {
  const state =
    error !== null
      ? paint('yellow', `cannot be read: ${error}`)
      : isPending
        ? paint('yellow', 'being fetched')
        : `${taskCount} ${taskCount === 1 ? 'task' : 'tasks'}`;
  return `${name} ${paint('dim', uri.replace(/^file:\/\//, ''))}: ${state}`;
}

function nextSteps({ url, tasks, taskCount }: ServerFacts): string {
  if (taskCount === 0) return `Try: ratchet serve --sources <folder of tasks>, or ratchet task create <folder>`;
  const server = url === 'http://127.0.0.1:8080' ? '' : ` --server ${url}`;
  return `Try: ratchet job enqueue ${tasks[0]!.name} --input-json '{}'${server}   or   ratchet job list${server}`;
}
