import { z } from 'zod';
import { comingSetting } from './coming-setting.ts';

const mcp = comingSetting('this version has no MCP server');
const natural = z.number().int().positive();

mcp({
  key: 'mcp.enabled',
  type: z.boolean(),
  default: false,
  aliases: ['mcp.server.enabled', 'mcp_api.enabled'],
  describe: 'Whether the server answers MCP as well.',
});
mcp({
  key: 'mcp.transport',
  type: z.enum(['stdio', 'sse', 'http', 'streamable_http']),
  default: 'sse',
  aliases: ['mcp.server.transport', { keys: ['mcp_api.sse_enabled'], read: ([isSse]) => (isSse === true ? 'sse' : undefined) }],
  describe: 'How MCP is spoken: stdio, sse, or http.',
});
mcp({
  key: 'mcp.host',
  type: z.string().min(1),
  default: '127.0.0.1',
  aliases: [
    'mcp.server.host',
    'mcp_api.host',
    { keys: ['mcp.server.bind_address', 'mcp.bind_address'], read: (said) => addressOf(said).host },
  ],
  describe: 'Address on which MCP is answered.',
});
mcp({
  key: 'mcp.port',
  type: z.number().int().min(0).max(65_535),
  default: 8090,
  aliases: [
    'mcp.server.port',
    'mcp_api.port',
    { keys: ['mcp.server.bind_address', 'mcp.bind_address'], read: (said) => addressOf(said).port },
  ],
  describe: 'Port on which MCP is answered.',
});
mcp({
  key: 'mcp.endpoint',
  type: z.string().startsWith('/'),
  default: '/mcp',
  aliases: ['mcp.server.endpoint', 'mcp_api.endpoint'],
  describe: 'Path at which MCP is answered.',
});
mcp({
  key: 'mcp.enable_cors',
  type: z.boolean(),
  default: false,
  aliases: ['mcp.server.enable_cors'],
  describe: 'Whether web pages may speak MCP to the server.',
});

mcp({
  key: 'mcp.authentication.method',
  type: z.enum(['none', 'token', 'api_key', 'jwt', 'oauth2']),
  default: 'none',
  aliases: ['mcp.server.auth.type', 'mcp.server.authentication.method'],
  describe: 'How MCP clients prove who they are.',
});
mcp({
  key: 'mcp.authentication.token_file',
  type: z.string().min(1).nullable(),
  default: null,
  aliases: ['mcp.server.auth.token_file'],
  describe: 'File with the token that MCP clients have to know.',
});
mcp({
  key: 'mcp.authentication.api_keys',
  type: z.array(
    z.strictObject({
      key: z.string().min(1),
      name: z.string().min(1),
      permissions: z.record(z.string(), z.union([z.boolean(), z.number(), z.array(z.string())])).optional(),
    }),
  ),
  default: [],
  isSecret: true,
  aliases: ['mcp.server.auth.api_keys'],
  describe: 'Keys of MCP clients, each with a name and permissions.',
});
mcp({
  key: 'mcp.authentication.session.timeout_seconds',
  type: natural,
  default: 3_600,
  describe: 'Seconds after which a session of an MCP client ends.',
});
mcp({
  key: 'mcp.authentication.session.max_sessions_per_client',
  type: natural,
  default: 5,
  describe: 'Sessions one MCP client may have.',
});

mcp({
  key: 'mcp.security.rate_limiting.global_per_minute',
  type: natural,
  default: 1_000,
  describe: 'Requests of all MCP clients in a minute.',
});
mcp({
  key: 'mcp.security.rate_limiting.execute_task_per_minute',
  type: natural,
  default: 100,
  describe: 'Executions that MCP clients may ask for in a minute.',
});
mcp({
  key: 'mcp.security.request_limits.max_request_size_bytes',
  type: natural,
  default: 10 * 1024 ** 2,
  describe: 'Largest request of an MCP client in bytes.',
});
mcp({
  key: 'mcp.security.request_limits.max_concurrent_executions_per_client',
  type: natural,
  default: 10,
  aliases: ['mcp.performance.max_concurrent_executions_per_client', 'mcp.server.performance.max_concurrent_executions_per_client'],
  describe: 'Executions of one MCP client at a time.',
});
mcp({
  key: 'mcp.security.ip_filtering.enabled',
  type: z.boolean(),
  default: false,
  describe: 'Whether MCP clients are let in by their address.',
});
mcp({
  key: 'mcp.security.ip_filtering.default_policy',
  type: z.enum(['allow', 'deny']),
  default: 'allow',
  describe: 'What happens to MCP clients of addresses that are not named.',
});
mcp({
  key: 'mcp.security.ip_filtering.allowed_ranges',
  type: z.array(z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()])),
  default: [],
  describe: 'Addresses and ranges whose MCP clients are let in.',
});
mcp({
  key: 'mcp.security.max_execution_time',
  type: z.number().positive(),
  default: 300,
  unit: 'seconds',
  aliases: ['mcp.server.security.max_execution_time'],
  describe: 'Longest time in seconds of an execution that an MCP client asked for.',
});
mcp({
  key: 'mcp.security.audit_log_enabled',
  type: z.boolean(),
  default: true,
  aliases: ['mcp.server.security.audit_log_enabled'],
  describe: 'Whether calls of MCP clients are written to the audit log.',
});
mcp({
  key: 'mcp.security.input_sanitization',
  type: z.boolean(),
  default: true,
  aliases: ['mcp.server.security.input_sanitization'],
  describe: 'Whether inputs of MCP clients are cleaned of control characters.',
});

mcp({
  key: 'mcp.performance.connection_pool_size',
  type: natural,
  default: 20,
  aliases: ['mcp.server.performance.connection_pool_size'],
  describe: 'Connections kept for MCP clients.',
});
mcp({
  key: 'mcp.performance.enable_compression',
  type: z.boolean(),
  default: true,
  aliases: ['mcp.server.performance.enable_compression'],
  describe: 'Whether answers to MCP clients are compressed.',
});

for (const [name, what] of [
  ['execution', 'run tasks'],
  ['logging', 'read logs'],
  ['monitoring', 'read health and metrics'],
  ['debugging', 'debug tasks'],
]) {
  mcp({ key: `mcp.tools.enable_${name}`, type: z.boolean(), default: true, describe: `Whether MCP clients may ${what}.` });
}

/** `0.0.0.0:8090` or `[::1]:8090`, apart. */
function addressOf(said: readonly unknown[]): { host?: string; port?: number | string } {
  const text = said.find((one) => one !== undefined);
  if (text === undefined) return {};
  const address = typeof text === 'string' ? text : JSON.stringify(text);
  const found = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(address);
  if (!found) return { host: address, port: address };
  return { host: found[1] ?? found[2]!, ...(found[3] === undefined ? {} : { port: Number(found[3]) }) };
}
