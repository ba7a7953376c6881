import { setting, settingRule, type Settings } from '#kernel/index.ts';
import { z } from 'zod';
import { ClientPermissions } from './clients/client-permissions.ts';

const natural = z.number().int().positive();

export const mcpEnabled = setting({
  key: 'mcp.enabled',
  type: z.boolean(),
  default: true,
  aliases: ['mcp.server.enabled', 'mcp_api.enabled'],
  describe: 'Whether `ratchet serve` answers MCP as well.',
});

export const mcpTransport = setting({
  key: 'mcp.transport',
  type: z.enum(['stdio', 'sse', 'http', 'streamable_http']),
  default: 'sse',
  aliases: ['mcp.server.transport', { keys: ['mcp_api.sse_enabled'], read: ([isSse]) => (isSse === true ? 'sse' : undefined) }],
  describe: 'How MCP is spoken: stdio, http (streamable_http says the same), or sse, which is http and the older event streams beside it.',
});

export const mcpHost = setting({
  key: 'mcp.host',
  type: z.string().min(1),
  default: '127.0.0.1',
  aliases: [
    'mcp.server.host',
    'mcp_api.host',
    { keys: ['mcp.server.bind_address', 'mcp.bind_address'], read: (said) => addressOf(said).host },
  ],
  describe: 'Address of its own for MCP. Anything but the loopback needs authentication, or --insecure.',
});

export const mcpPort = setting({
  key: 'mcp.port',
  type: z.number().int().min(0).max(65_535),
  default: 8090,
  aliases: [
    'mcp.server.port',
    'mcp_api.port',
    { keys: ['mcp.server.bind_address', 'mcp.bind_address'], read: (said) => addressOf(said).port },
  ],
  describe: 'Port of its own for MCP: that of `ratchet mcp`, and one more of `ratchet serve` where somebody sets it.',
});

export const mcpEndpoint = setting({
  key: 'mcp.endpoint',
  type: z
    .string()
    .regex(/^\/[\w./-]*[\w-]$/, 'is a path such as /mcp')
    .refine((path) => !/^\/(?:api|docs|api-docs|graphql|playground|health|metrics|version|sse|message)(?:\/|$)/.test(path), 'is taken'),
  default: '/mcp',
  aliases: ['mcp.server.endpoint', 'mcp_api.endpoint'],
  describe: 'Path at which MCP is answered.',
});

export const mcpCors = setting({
  key: 'mcp.enable_cors',
  type: z.boolean(),
  default: false,
  aliases: ['mcp.server.enable_cors'],
  describe: 'Whether browsers may let the pages named in mcp.allowed_origins read answers.',
});

export const mcpOrigins = setting({
  key: 'mcp.allowed_origins',
  type: z.array(z.string().min(1)),
  default: ['https://claude.ai', 'http://localhost:3000'],
  describe:
    'Origins of web pages that may speak MCP to the server where mcp.enable_cors is on. Programs of this machine and desktop clients need no entry.',
});

export const mcpAuthMethod = setting({
  key: 'mcp.authentication.method',
  type: z.enum(['none', 'token', 'api_key', 'jwt', 'oauth2']),
  default: 'none',
  aliases: ['mcp.server.auth.type', 'mcp.server.authentication.method'],
  describe: 'How MCP clients prove who they are over a network: none, token or api_key. Standard input and output need no proof.',
});

export const mcpTokenFile = setting({
  key: 'mcp.authentication.token_file',
  type: z.string().min(1).nullable(),
  default: null,
  aliases: ['mcp.server.auth.token_file'],
  describe: 'File with the token that MCP clients have to know where the method is token.',
});

export const mcpApiKeys = setting({
  key: 'mcp.authentication.api_keys',
  type: z.array(
    z.strictObject({
      key: z.string().min(1),
      name: z.string().min(1).max(100),
      permissions: ClientPermissions.optional(),
      created_at: z.string().optional(),
      expires_at: z
        .string()
        .refine((text) => Number.isFinite(Date.parse(text)), 'is no point in time')
        .nullable()
        .optional(),
      active: z.boolean().optional(),
    }),
  ),
  default: [],
  isSecret: true,
  aliases: ['mcp.server.auth.api_keys'],
  describe: 'Keys of MCP clients, each with a name and permissions; a key without permissions may do everything.',
});

export const mcpSessionTimeout = setting({
  key: 'mcp.authentication.session.timeout_seconds',
  type: natural,
  default: 1_800,
  describe: 'Seconds without a request or an open stream after which a session of an MCP client ends.',
});

export const mcpSessionsPerClient = setting({
  key: 'mcp.authentication.session.max_sessions_per_client',
  type: natural,
  default: 5,
  describe: 'Sessions one MCP client with a key may have. The one unused for longest makes room for a new one.',
});

export const mcpMaxSessions = setting({
  key: 'mcp.performance.connection_pool_size',
  type: natural,
  default: 100,
  aliases: ['mcp.server.performance.connection_pool_size'],
  describe: 'Sessions that all MCP clients together may have. The one unused for longest makes room for a new one.',
});

export const mcpSessionEvents = setting({
  key: 'mcp.performance.session_events',
  type: natural,
  default: 1_000,
  describe: 'Messages remembered for each session, for clients that lost their connection and come back.',
});

export const mcpCompression = setting({
  key: 'mcp.performance.enable_compression',
  type: z.boolean(),
  default: true,
  aliases: ['mcp.server.performance.enable_compression'],
  describe: 'Whether answers to MCP clients that are no streams are compressed.',
});

export const mcpGlobalPerMinute = setting({
  key: 'mcp.security.rate_limiting.global_per_minute',
  type: natural,
  default: 1_000,
  describe: 'Requests of all MCP clients in a minute.',
});

export const mcpExecutePerMinute = setting({
  key: 'mcp.security.rate_limiting.execute_task_per_minute',
  type: natural,
  default: 100,
  describe: 'Calls of tools that run tasks, of one MCP client in a minute, unless its key says otherwise.',
});

export const mcpRequestBytes = setting({
  key: 'mcp.security.request_limits.max_request_size_bytes',
  type: natural,
  default: 10 * 1024 ** 2,
  describe: 'Largest request of an MCP client in bytes, unless its key allows less.',
});

export const mcpResponseBytes = setting({
  key: 'mcp.security.request_limits.max_response_size_bytes',
  type: natural,
  default: 10 * 1024 ** 2,
  describe: 'Largest answer to an MCP client in bytes, unless its key allows less. A larger one is refused with the way to a smaller.',
});

export const mcpConcurrentExecutions = setting({
  key: 'mcp.security.request_limits.max_concurrent_executions_per_client',
  type: natural,
  default: 10,
  aliases: ['mcp.performance.max_concurrent_executions_per_client', 'mcp.server.performance.max_concurrent_executions_per_client'],
  describe: 'Calls of tools that run tasks, of one MCP client at a time, unless its key says otherwise.',
});

export const mcpIpFiltering = setting({
  key: 'mcp.security.ip_filtering.enabled',
  type: z.boolean(),
  default: false,
  describe: 'Whether MCP clients are let in by their address.',
});

export const mcpIpPolicy = setting({
  key: 'mcp.security.ip_filtering.default_policy',
  type: z.enum(['allow', 'deny']),
  default: 'allow',
  describe: 'What happens to MCP clients of addresses that are not named: allow or deny.',
});

export const mcpIpRanges = setting({
  key: 'mcp.security.ip_filtering.allowed_ranges',
  type: z.array(z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()])),
  default: [],
  describe: 'Addresses and ranges whose MCP clients are let in.',
});

export const mcpMaxExecution = setting({
  key: 'mcp.security.max_execution_time',
  type: z.number().positive(),
  default: 300,
  unit: 'seconds',
  aliases: ['mcp.server.security.max_execution_time'],
  describe: 'Longest time in seconds of an execution that an MCP client asked for.',
});

export const mcpAudit = setting({
  key: 'mcp.security.audit_log_enabled',
  type: z.boolean(),
  default: true,
  aliases: ['mcp.server.security.audit_log_enabled'],
  describe: 'Whether each call of an MCP client leaves a line in the log: client, tool, outcome and duration, never what was given.',
});

export const mcpInputCheck = setting({
  key: 'mcp.security.input_sanitization',
  type: z.boolean(),
  default: true,
  aliases: ['mcp.server.security.input_sanitization'],
  describe: 'Whether arguments with control characters other than tabs and line ends are refused.',
});

/** Which kinds of tools there are at all, whoever asks. */
export const toolSwitches = {
  execution: toolSwitch('execution', 'run tasks'),
  logging: toolSwitch('logging', 'read logs and traces'),
  monitoring: toolSwitch('monitoring', 'look at tasks, jobs, executions and schedules'),
  debugging: toolSwitch('debugging', 'debug tasks'),
  development: toolSwitch('development', 'write, change, test and remove tasks'),
} as const;

settingRule({
  settings: [mcpAuthMethod, mcpTokenFile],
  problem: (settings) =>
    settings.get(mcpAuthMethod) === 'token' && settings.get(mcpTokenFile) === null
      ? 'mcp.authentication.method is token, which needs mcp.authentication.token_file'
      : null,
});

settingRule({
  settings: [mcpAuthMethod, mcpApiKeys],
  problem: (settings) =>
    settings.get(mcpAuthMethod) === 'api_key' && settings.get(mcpApiKeys).length === 0
      ? 'mcp.authentication.method is api_key, which needs a key in mcp.authentication.api_keys'
      : null,
});

function toolSwitch(name: string, what: string) {
  return setting({
    key: `mcp.tools.enable_${name}`,
    type: z.boolean(),
    default: true,
    describe: `Whether MCP clients may ${what}.`,
  });
}

/** What the server has to know of its sessions and transports, in milliseconds and bytes. */
export interface McpSettings {
  readonly endpoint: string;
  readonly hasEventStreams: boolean;
  readonly allowedOrigins: readonly string[];
  readonly hasCors: boolean;
  readonly isCompressed: boolean;
  readonly sessionTimeoutMs: number;
  readonly maxSessions: number;
  readonly maxSessionsPerClient: number;
  readonly sessionEvents: number;
  readonly maxRequestBytes: number;
}

/** @throws CONFIG_INVALID from `settings.get` */
export function mcpSettings(settings: Settings): McpSettings {
  return {
    endpoint: settings.get(mcpEndpoint),
    hasEventStreams: settings.get(mcpTransport) === 'sse',
    allowedOrigins: settings.get(mcpOrigins),
    hasCors: settings.get(mcpCors),
    isCompressed: settings.get(mcpCompression),
    sessionTimeoutMs: settings.get(mcpSessionTimeout) * 1_000,
    maxSessions: settings.get(mcpMaxSessions),
    maxSessionsPerClient: settings.get(mcpSessionsPerClient),
    sessionEvents: settings.get(mcpSessionEvents),
    maxRequestBytes: settings.get(mcpRequestBytes),
  };
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
