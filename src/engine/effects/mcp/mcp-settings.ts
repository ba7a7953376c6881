import { z } from 'zod';
import { setting } from '#kernel/index.ts';
import { mcpServerName } from './mcp-address.ts';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const texts = z.record(z.string(), text).default({});

const stdio = z.strictObject({
  command: z.string().min(1),
  args: z.array(text).default([]),
  env: texts,
  cwd: z.string().min(1).optional(),
});
const web = z.strictObject({ url: z.url({ protocol: /^https?$/, error: 'must be an http: or https: URL' }), headers: texts });

/** How a server is reached: `{"stdio": {...}}`, or the same with its kind as a field, `{"type": "stdio", ...}`. */
const transport = z.preprocess(
  (said) => {
    if (typeof said !== 'object' || said === null || !('type' in said)) return said;
    const { type, ...rest } = said;
    return { [String(type)]: rest };
  },
  z.union(
    [
      z.strictObject({ stdio }).transform(({ stdio: own }) => ({ kind: 'stdio' as const, ...own })),
      z.strictObject({ http: web }).transform(({ http }) => ({ kind: 'http' as const, ...http })),
      z.strictObject({ sse: web }).transform(({ sse }) => ({ kind: 'sse' as const, ...sse })),
    ],
    { error: 'must be {stdio: {command, args, env, cwd}}, {http: {url, headers}} or {sse: {url, headers}}' },
  ),
);

const server = z.strictObject({
  name: z.string().regex(mcpServerName, 'holds letters, digits, dots, - and _, 64 at most'),
  transport,
});

/** An MCP server that tasks may call, as the operator says it. Values of `env` and `headers` are secrets. */
export type McpServerSpec = z.output<typeof server>;

export const mcpServers = setting({
  key: 'mcp.servers',
  type: z
    .array(server)
    .refine((servers) => new Set(servers.map(({ name }) => name)).size === servers.length, 'two servers have the same name'),
  default: [],
  isSecret: true,
  describe:
    'MCP servers that tasks may call if they declare them (requirements.mcp in metadata.json): each a name, and as transport stdio (command, args, env, cwd), http or sse (url, headers). Nothing of this reaches a task.',
});

const seconds = z.number().positive().max(86_400);

export const mcpCallTimeout = setting({
  key: 'mcp.calls.timeout',
  unit: 'seconds',
  reload: 'live',
  type: seconds,
  default: 60,
  describe: 'Longest time in seconds of one call of an MCP server by a task, waiting for its turn and for the server to start included.',
});

export const mcpConnectTimeout = setting({
  key: 'mcp.calls.connect_timeout',
  unit: 'seconds',
  type: seconds,
  default: 20,
  describe: 'Longest time in seconds for an MCP server to start and to agree on the protocol.',
});

export const mcpIdleTimeout = setting({
  key: 'mcp.calls.idle_timeout',
  unit: 'seconds',
  type: seconds,
  default: 300,
  describe: 'Seconds after which an MCP server that no task calls is disconnected, and ended where its process is ours.',
});

export const mcpCallsAtOnce = setting({
  key: 'mcp.calls.max_at_once',
  type: z.number().int().positive().max(10_000),
  default: 20,
  describe: 'Calls that all tasks together may have under way at one MCP server; more wait their turn.',
});

export const mcpMaxRequestBytes = setting({
  key: 'mcp.calls.max_request_bytes',
  reload: 'live',
  type: z.number().int().positive(),
  default: 4 * 1024 ** 2,
  describe: "Most bytes of a call's arguments as JSON.",
});

export const mcpMaxResponseBytes = setting({
  key: 'mcp.calls.max_response_bytes',
  type: z.number().int().positive(),
  default: 10 * 1024 ** 2,
  describe: 'Largest message in bytes that is taken from an MCP server; one that sends more is disconnected.',
});
