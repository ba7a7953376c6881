import { operation, type CliProjection } from '#kernel/index.ts';
import { z } from 'zod';

const transports = ['stdio', 'sse', 'http', 'streamable_http'] as const;

const Wishes = z.object({
  transport: z.enum(transports).optional().describe('How MCP is spoken; sse is http and the older event streams beside it'),
  host: z.string().min(1).optional().describe('Address to listen on; this machine only unless given. Not for stdio'),
  port: z.number().int().min(0).max(65_535).optional().describe('Port to listen on, 8090 unless given; 0 is a free one. Not for stdio'),
  server: z
    .string()
    .min(1)
    .optional()
    .describe('Speak for a Ratchet server that runs elsewhere, whose token is RATCHET_TOKEN; a store of its own is used unless given')
    .meta({ placeholder: 'url' }),
  sources: z
    .array(z.string().min(1))
    .default([])
    .describe('Task folder, ZIP file, collection, or address of a Git or HTTP source; may be given several times'),
  dataDir: z.string().min(1).optional().describe('Folder for the database and everything else that is kept').meta({ placeholder: 'path' }),
  databaseUrl: z.string().min(1).optional().describe('sqlite:<file>, sqlite::memory: or postgres://user@host/database'),
  insecure: z.boolean().default(false).describe('Listen on an address that others can reach, without authentication'),
});
export type McpServeInput = z.infer<typeof Wishes>;

/** What an MCP server says of itself once it is ready. */
export const McpFacts = z.object({
  transport: z.enum(transports),
  url: z.string().nullable().describe('Null where it speaks over standard input and output.'),
  pid: z.number().int(),
  version: z.string(),
});
export type McpFacts = z.infer<typeof McpFacts>;

/** MCP that is served. */
export interface RunningMcp {
  readonly facts: McpFacts;
  /** Settles when the one client there is has gone; never where there may be others. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface McpServices {
  readonly start: (wishes: McpServeInput) => Promise<RunningMcp>;
}

function serving(name: `mcp.${string}`, summary: string, details: string, cli: CliProjection) {
  return operation({
    name,
    summary,
    details,
    input: Wishes,
    output: McpFacts,
    errors: [],
    effect: 'write',
    permission: 'system:serve',
    on: { cli },
    run: async ({ start }: McpServices, wishes, { signal }) => {
      const running = await start(wishes);
      const { promise: asked, resolve } = Promise.withResolvers<void>();
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
      await Promise.race([asked, running.ended]);
      await running.stop();
      return running.facts;
    },
  });
}

export const mcpServeOperation = serving(
  'mcp.serveClient',
  'Speak MCP over standard input and output, for a program that starts this command',
  'Desktop programs and agents start this command and talk to it. Nothing but the protocol is written to standard output; the log goes to standard error, ' +
    'errors only unless asked otherwise. It has a store of its own, in the same place as `ratchet serve`; while a server has that one, --server speaks for it.',
  {
    command: 'mcp-serve',
    examples: [
      { line: 'ratchet mcp-serve', about: 'Waits for an MCP client on standard input' },
      { line: 'ratchet mcp-serve --server http://127.0.0.1:8080', about: 'Speaks for a server that runs already' },
      {
        line: 'ratchet mcp-serve --sources sample/js-tasks --database-url sqlite::memory:',
        about: 'Offers a folder of tasks and keeps nothing',
      },
    ],
  },
);

export const mcpOperation = serving(
  'mcp.serve',
  'Serve MCP on an address of its own',
  'For clients that come over HTTP: at /mcp as MCP is spoken today, and with the transport sse (the usual one) at /sse and /message as older clients do. ' +
    '`ratchet serve` answers MCP as well, at /mcp beside its API; this command serves nothing else.',
  {
    command: 'mcp',
    examples: [
      { line: 'ratchet mcp --transport sse --port 8090', about: 'Serves http://127.0.0.1:8090/mcp and /sse' },
      { line: 'ratchet mcp --transport http --port 0', about: 'Serves /mcp only, on a free port' },
      { line: 'ratchet mcp --server http://127.0.0.1:8080', about: 'Speaks for a server that runs already' },
    ],
  },
);

const formats = ['claude-desktop', 'claude-code', 'vscode', 'generic', 'claude-config', 'json'] as const;

const Entry = z.object({
  name: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'is made of letters, digits, . _ and -')
    .default('ratchet')
    .describe('What the client calls the server'),
  command: z.string().min(1).default('ratchet').describe('Program the client starts'),
  args: z
    .array(z.string())
    .default([])
    .describe('Its arguments, each with a flag of its own; mcp-serve and what follows from the other flags unless given'),
  config: z.string().min(1).optional().describe('Configuration file the server is to use').meta({ placeholder: 'path' }),
  transport: z
    .enum(['stdio', 'sse', 'http'])
    .default('stdio')
    .describe('How the client reaches it: it starts a program, or calls an address'),
  host: z.string().min(1).default('127.0.0.1').describe('Host of the address'),
  port: z.number().int().min(1).max(65_535).default(8090).describe('Port of the address'),
  env: z
    .array(z.string().regex(/^[A-Za-z_]\w*=/, 'has the form KEY=VALUE'))
    .default([])
    .describe('Variable for the program, as KEY=VALUE; may be given several times'),
  server: z.string().min(1).optional().describe('Server the program is to speak for').meta({ placeholder: 'url' }),
  format: z
    .enum(formats)
    .default('generic')
    .describe('Whose file it is for: Claude Desktop (also claude-config), Claude Code, VS Code, or most others (also json)'),
  pretty: z.boolean().default(false).describe('Indented, to be read'),
});

export const generateMcpServersOperation = operation({
  name: 'mcp.generateServers',
  summary: 'Print what an MCP client has to be told about this server',
  details:
    'Prints JSON for the configuration file of an MCP client: the program it starts and its arguments, or the address it calls. Nothing is written and nothing is started. ' +
    'Secrets do not belong into it: give the name of a variable where the client has one.',
  input: Entry.superRefine(({ format, transport }, context) => {
    if (transport !== 'stdio' && (format === 'claude-desktop' || format === 'claude-config'))
      context.addIssue({
        code: 'custom',
        path: ['transport'],
        message: 'Claude Desktop starts programs and calls no addresses from its file: use stdio',
      });
  }),
  output: z.object({ text: z.string(), file: z.string().nullable().describe('Where the client looks for it, in words.') }),
  errors: [],
  effect: 'read',
  permission: 'system:read',
  on: {
    cli: {
      command: 'generate mcpservers-json',
      examples: [
        { line: 'ratchet generate mcpservers-json --format claude-desktop --pretty', about: 'For claude_desktop_config.json' },
        {
          line: 'ratchet generate mcpservers-json --format claude-code --transport http --port 8080',
          about: 'For .mcp.json, of a server that runs already',
        },
        {
          line: 'ratchet generate mcpservers-json --env RUST_LOG=info --config ratchet.yaml',
          about: 'With a variable and a configuration file',
        },
      ],
    },
  },
  run: async (_services: object, wishes) => ({
    text: JSON.stringify(fileOf(wishes), null, wishes.pretty ? 2 : undefined),
    file: files[wishes.format],
  }),
});

const files: Readonly<Record<(typeof formats)[number], string | null>> = {
  'claude-desktop': 'claude_desktop_config.json (Settings, Developer, Edit Config)',
  'claude-config': 'claude_desktop_config.json (Settings, Developer, Edit Config)',
  'claude-code': '.mcp.json in the folder of the project',
  vscode: '.vscode/mcp.json in the folder of the project',
  generic: null,
  json: null,
};

type EntryWishes = z.output<typeof Entry>;

function fileOf(wishes: EntryWishes): Readonly<Record<string, unknown>> {
  const { format, name, transport } = wishes;
  const isTyped = format === 'claude-code' || format === 'vscode';
  const entry = { ...(isTyped ? { type: transport } : {}), ...(transport === 'stdio' ? programOf(wishes) : { url: addressOf(wishes) }) };
  return { [format === 'vscode' ? 'servers' : 'mcpServers']: { [name]: entry } };
}

function programOf({ command, args, config, server, env }: EntryWishes): Readonly<Record<string, unknown>> {
  const usual = ['mcp-serve', ...(config === undefined ? [] : ['--config', config]), ...(server === undefined ? [] : ['--server', server])];
  const variables = Object.fromEntries(env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  return { command, args: args.length > 0 ? args : usual, ...(env.length > 0 ? { env: variables } : {}) };
}

function addressOf({ transport, host, port }: EntryWishes): string {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `http://${name}:${port}${transport === 'sse' ? '/sse' : '/mcp'}`;
}
