/** A kind of configuration file that `ratchet config generate` writes. */
export interface ConfigKind {
  readonly summary: string;
  /** Which settings it shows besides those it sets, switched off and with their defaults: keys, or beginnings of keys. */
  readonly shows: readonly string[];
  /** What it sets. */
  readonly values: Readonly<Record<string, unknown>>;
}

const often = [
  'server.bind_address',
  'server.port',
  'server.database.url',
  'execution.max_execution_duration',
  'execution.max_concurrent_tasks',
];
const operation = [
  'server.',
  'execution.',
  'http.',
  'network.',
  'retention.',
  'registry.',
  'schedules.',
  'heartbeat.',
  'graphql.',
  'logging.',
  'engine.',
  'executions.',
  'recordings.',
  'cache.',
  'storage.',
];

/** The kinds there are, by the name that `--config-type` takes. */
export const configKinds: Readonly<Record<string, ConfigKind>> = {
  minimal: {
    summary: 'Minimal: everything has its default.',
    shows: [],
    values: { 'logging.level': 'info' },
  },
  dev: {
    summary: 'Development: on your own machine, with a log that talks.',
    shows: [...often, 'registry.sources', 'http.timeout', 'http.allowed_addresses', 'logging.format', 'executions.keep_recordings'],
    values: { profile: 'development', 'logging.level': 'debug', 'server.bind_address': '127.0.0.1', 'server.port': 8080 },
  },
  production: {
    summary: 'Production: one server for others. It listens on this machine only; see docs/guide/run-the-server.md before you change that.',
    shows: operation,
    values: {
      profile: 'production',
      'server.bind_address': '127.0.0.1',
      'server.port': 8080,
      'server.shutdown_grace': 30,
      'server.database.synchronous': 'full',
      'logging.level': 'info',
      'logging.format': 'json',
      'execution.max_execution_duration': 300,
      'retention.completed': '7d',
      'retention.failed': '90d',
      'retention.max_bytes': '10GB',
    },
  },
  enterprise: {
    summary: 'Several servers that share one PostgreSQL; DATABASE_URL names it, and without that each server has a file of its own.',
    shows: [...operation, 'output.', 'mcp.', 'console.'],
    values: {
      profile: 'production',
      'server.bind_address': '127.0.0.1',
      'server.port': 8080,
      'server.shutdown_grace': 60,
      'server.database.url': '${DATABASE_URL:-}',
      'server.database.max_connections': 20,
      'server.database.min_connections': 2,
      'server.job_queue.max_queue_size': 100_000,
      'logging.level': 'info',
      'logging.format': 'json',
      'executions.keep_recordings': 'failed',
      'retention.completed': '30d',
      'retention.failed': '90d',
      'retention.max_bytes': '100GB',
    },
  },
  claude: {
    summary:
      'Claude Desktop: started by the desktop program, which speaks MCP over standard input and output; the log goes to standard error.',
    shows: ['mcp.tools.', 'registry.sources', 'logging.targets'],
    values: { 'mcp.enabled': true, 'mcp.transport': 'stdio', 'logging.level': 'warn', 'execution.max_execution_duration': '5m' },
  },
};

/** Other names of the kinds. */
export const kindNames: Readonly<Record<string, string>> = { development: 'dev', prod: 'production' };
