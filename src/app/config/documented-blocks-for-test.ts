/** Configuration as the documents that define the product show it, and which setting each of its keys is. */
export interface DocumentedBlock {
  readonly name: string;
  readonly yaml: string;
  /** By key of the block: which settings get it, and the value they have then. */
  readonly means: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const mcpServer = {
  'mcp.server.transport': { 'mcp.transport': 'sse' },
  'mcp.server.host': { 'mcp.host': '127.0.0.1' },
  'mcp.server.port': { 'mcp.port': 8090 },
};

export const documentedBlocks: readonly DocumentedBlock[] = [
  {
    name: 'MCP server with keys',
    yaml: `
mcp:
  server:
    enabled: true
    transport: "sse"
    bind_address: "0.0.0.0:8090"
    auth:
      type: "api_key"
      api_keys:
        - key: "\${MCP_API_KEY_AI_ASSISTANT}"
          name: "ai-assistant"
          permissions:
            can_execute_tasks: true
            can_read_logs: true
            allowed_task_patterns: ["safe-*", "read-only-*"]
    security:
      max_execution_time: 300
      audit_log_enabled: true
      input_sanitization: true
    performance:
      max_concurrent_executions_per_client: 5
      connection_pool_size: 20
      enable_compression: true
`,
    means: {
      'mcp.server.enabled': { 'mcp.enabled': true },
      'mcp.server.transport': { 'mcp.transport': 'sse' },
      'mcp.server.bind_address': { 'mcp.host': '0.0.0.0', 'mcp.port': 8090 },
      'mcp.server.auth.type': { 'mcp.authentication.method': 'api_key' },
      'mcp.server.auth.api_keys': {
        'mcp.authentication.api_keys': [
          {
            key: 'of the environment',
            name: 'ai-assistant',
            permissions: { can_execute_tasks: true, can_read_logs: true, allowed_task_patterns: ['safe-*', 'read-only-*'] },
          },
        ],
      },
      'mcp.server.security.max_execution_time': { 'mcp.security.max_execution_time': 300 },
      'mcp.server.security.audit_log_enabled': { 'mcp.security.audit_log_enabled': true },
      'mcp.server.security.input_sanitization': { 'mcp.security.input_sanitization': true },
      'mcp.server.performance.max_concurrent_executions_per_client': {
        'mcp.security.request_limits.max_concurrent_executions_per_client': 5,
      },
      'mcp.server.performance.connection_pool_size': { 'mcp.performance.connection_pool_size': 20 },
      'mcp.server.performance.enable_compression': { 'mcp.performance.enable_compression': true },
    },
  },
  {
    name: 'sources of the registry',
    yaml: `
registry:
  sources:
    - name: "local-tasks"
      uri: "file://./sample/js-tasks"
      config:
        watch: true
    - name: "remote-registry"
      uri: "https://registry.example.com/tasks"
      config:
        auth_token: "\${REGISTRY_TOKEN}"
`,
    means: {
      'registry.sources': {
        'registry.sources': [
          { name: 'local-tasks', isWatched: true },
          { name: 'remote-registry', ownAuth: { type: 'bearer', token: 'of the environment' } },
        ],
      },
    },
  },
  {
    name: 'console on this machine',
    yaml: `
console:
  default_connection:
    transport: "sse"
    host: "127.0.0.1"
    port: 8090
    timeout: 30
  history:
    file: "~/.ratchet_history"
    max_entries: 1000
  variables:
    auto_export_env: true
    case_sensitive: true
  scripts:
    search_paths: ["./scripts", "~/.ratchet/scripts"]
    auto_source: ["~/.ratchet/startup.rsh"]
mcp:
  enabled: true
  server:
    transport: "sse"
    host: "127.0.0.1"
    port: 8090
`,
    means: {
      'console.default_connection.transport': { 'console.default_connection.transport': 'sse' },
      'console.default_connection.host': { 'console.default_connection.host': '127.0.0.1' },
      'console.default_connection.port': { 'console.default_connection.port': 8090 },
      'console.default_connection.timeout': { 'console.default_connection.timeout': 30 },
      'console.history.file': { 'console.history.file': '~/.ratchet_history' },
      'console.history.max_entries': { 'console.history.max_entries': 1000 },
      'console.variables.auto_export_env': { 'console.variables.auto_export_env': true },
      'console.variables.case_sensitive': { 'console.variables.case_sensitive': true },
      'console.scripts.search_paths': { 'console.scripts.search_paths': ['./scripts', '~/.ratchet/scripts'] },
      'console.scripts.auto_source': { 'console.scripts.auto_source': ['~/.ratchet/startup.rsh'] },
      'mcp.enabled': { 'mcp.enabled': true },
      ...mcpServer,
    },
  },
  {
    name: 'MCP beside the server',
    yaml: `
mcp_api:
  enabled: true
  sse_enabled: true
  host: "127.0.0.1"
  port: 8081
  endpoint: "/mcp"
server:
  host: "127.0.0.1"
  port: 8080
`,
    means: {
      'mcp_api.enabled': { 'mcp.enabled': true },
      'mcp_api.sse_enabled': { 'mcp.transport': 'sse' },
      'mcp_api.host': { 'mcp.host': '127.0.0.1' },
      'mcp_api.port': { 'mcp.port': 8081 },
      'mcp_api.endpoint': { 'mcp.endpoint': '/mcp' },
      'server.host': { 'server.bind_address': '127.0.0.1' },
      'server.port': { 'server.port': 8080 },
    },
  },
  { name: 'next to nothing', yaml: 'logging:\n  level: debug\n', means: { 'logging.level': { 'logging.level': 'debug' } } },
  {
    name: 'a whole server',
    yaml: `
server:
  bind_address: "127.0.0.1"
  port: 8080
  database:
    url: "sqlite://ratchet.db"
    max_connections: 10
    connection_timeout: 30
  rate_limit:
    requests_per_minute: 60
    burst_size: 10
  job_queue:
    max_dequeue_batch_size: 10
    max_queue_size: 1000
    default_retry_delay: 60
    default_max_retries: 3
  workers:
    worker_count: 4
    restart_on_crash: true
    health_check_interval_seconds: 30
registry:
  sources:
    - name: "local-tasks"
      uri: "file://./sample/js-tasks"
      config:
        watch: true
execution:
  max_execution_duration: 300
  validate_schemas: true
http:
  timeout: 30
  max_redirects: 10
  user_agent: "Ratchet/1.0"
  verify_ssl: true
`,
    means: {
      'server.bind_address': { 'server.bind_address': '127.0.0.1' },
      'server.port': { 'server.port': 8080 },
      'server.database.url': { 'server.database.url': 'sqlite://ratchet.db' },
      'server.database.max_connections': { 'server.database.max_connections': 10 },
      'server.database.connection_timeout': { 'server.database.connection_timeout': 30 },
      'server.rate_limit.requests_per_minute': { 'server.rate_limit.requests_per_minute': 60 },
      'server.rate_limit.burst_size': { 'server.rate_limit.burst_size': 10 },
      'server.job_queue.max_dequeue_batch_size': { 'server.job_queue.max_dequeue_batch_size': 10 },
      'server.job_queue.max_queue_size': { 'server.job_queue.max_queue_size': 1000 },
      'server.job_queue.default_retry_delay': { 'server.job_queue.default_retry_delay': 60 },
      'server.job_queue.default_max_retries': { 'server.job_queue.default_max_retries': 3 },
      'server.workers.worker_count': { 'engine.workers': 4 },
      'server.workers.restart_on_crash': { 'engine.restart_on_crash': true },
      'server.workers.health_check_interval_seconds': { 'engine.health_check_interval': 30 },
      'registry.sources': { 'registry.sources': [{ name: 'local-tasks', isWatched: true }] },
      'execution.max_execution_duration': { 'execution.max_execution_duration': 300 },
      'execution.validate_schemas': { 'execution.validate_schemas': true },
      'http.timeout': { 'http.timeout': 30 },
      'http.max_redirects': { 'http.max_redirects': 10 },
      'http.user_agent': { 'http.user_agent': 'Ratchet/1.0' },
      'http.verify_ssl': { 'http.verify_ssl': true },
    },
  },
  {
    name: 'MCP and a log for development',
    yaml: `
mcp:
  enabled: true
  server:
    transport: "sse"
    host: "127.0.0.1"
    port: 8090
  authentication:
    method: "none"
  tools:
    enable_execution: true
    enable_logging: true
    enable_monitoring: true
    enable_debugging: true
logging:
  level: debug
  format: pretty
  structured: false
  context:
    enabled: true
    include_file_location: true
`,
    means: {
      'mcp.enabled': { 'mcp.enabled': true },
      ...mcpServer,
      'mcp.authentication.method': { 'mcp.authentication.method': 'none' },
      'mcp.tools.enable_execution': { 'mcp.tools.enable_execution': true },
      'mcp.tools.enable_logging': { 'mcp.tools.enable_logging': true },
      'mcp.tools.enable_monitoring': { 'mcp.tools.enable_monitoring': true },
      'mcp.tools.enable_debugging': { 'mcp.tools.enable_debugging': true },
      'logging.level': { 'logging.level': 'debug' },
      'logging.format': { 'logging.format': 'text' },
      'logging.structured': { 'logging.structured': false },
      'logging.context.enabled': { 'logging.context.enabled': true },
      'logging.context.include_file_location': { 'logging.include_location': true },
    },
  },
  {
    name: 'MCP and a log for production',
    yaml: `
mcp:
  enabled: true
  server:
    transport: "sse"
    host: "127.0.0.1"
    port: 8090
    enable_cors: false
  authentication:
    method: "token"
    token_file: "/etc/ratchet/auth.token"
    session:
      timeout_seconds: 3600
      max_sessions_per_client: 5
  security:
    rate_limiting:
      global_per_minute: 1000
      execute_task_per_minute: 100
    request_limits:
      max_request_size_bytes: 10485760
      max_concurrent_executions_per_client: 10
    ip_filtering:
      enabled: true
      default_policy: "deny"
      allowed_ranges: ["10.0.0.0/8", "192.168.0.0/16"]
logging:
  level: info
  format: json
  structured: true
  destination: file
  file_config:
    path: "/var/log/ratchet/console.log"
    rotation:
      max_size_mb: 100
      max_files: 10
`,
    means: {
      'mcp.enabled': { 'mcp.enabled': true },
      ...mcpServer,
      'mcp.server.enable_cors': { 'mcp.enable_cors': false },
      'mcp.authentication.method': { 'mcp.authentication.method': 'token' },
      'mcp.authentication.token_file': { 'mcp.authentication.token_file': '/etc/ratchet/auth.token' },
      'mcp.authentication.session.timeout_seconds': { 'mcp.authentication.session.timeout_seconds': 3600 },
      'mcp.authentication.session.max_sessions_per_client': { 'mcp.authentication.session.max_sessions_per_client': 5 },
      'mcp.security.rate_limiting.global_per_minute': { 'mcp.security.rate_limiting.global_per_minute': 1000 },
      'mcp.security.rate_limiting.execute_task_per_minute': { 'mcp.security.rate_limiting.execute_task_per_minute': 100 },
      'mcp.security.request_limits.max_request_size_bytes': { 'mcp.security.request_limits.max_request_size_bytes': 10_485_760 },
      'mcp.security.request_limits.max_concurrent_executions_per_client': {
        'mcp.security.request_limits.max_concurrent_executions_per_client': 10,
      },
      'mcp.security.ip_filtering.enabled': { 'mcp.security.ip_filtering.enabled': true },
      'mcp.security.ip_filtering.default_policy': { 'mcp.security.ip_filtering.default_policy': 'deny' },
      'mcp.security.ip_filtering.allowed_ranges': { 'mcp.security.ip_filtering.allowed_ranges': ['10.0.0.0/8', '192.168.0.0/16'] },
      'logging.level': { 'logging.level': 'info' },
      'logging.format': { 'logging.format': 'json' },
      'logging.structured': { 'logging.structured': true },
      'logging.destination': logFile(),
      'logging.file_config.path': logFile(),
      'logging.file_config.rotation.max_size_mb': logFile(),
      'logging.file_config.rotation.max_files': logFile(),
    },
  },
  {
    name: 'console for a server elsewhere',
    yaml: `
console:
  default_connection:
    transport: "sse"
    host: "ratchet-server.example.com"
    port: 8090
    timeout: 30
    auth_token_file: "~/.ratchet/token"
  history:
    file: "~/.ratchet_history"
    max_entries: 1000
    save_on_exit: true
  variables:
    auto_export_env: false
    case_sensitive: true
    predefined:
      PROD_HOST: "ratchet-server.example.com"
      DEV_HOST: "localhost"
  scripts:
    search_paths: ["./scripts", "~/.ratchet/scripts"]
    auto_source: ["~/.ratchet/startup.rsh"]
    allow_system_commands: false
`,
    means: {
      'console.default_connection.transport': { 'console.default_connection.transport': 'sse' },
      'console.default_connection.host': { 'console.default_connection.host': 'ratchet-server.example.com' },
      'console.default_connection.port': { 'console.default_connection.port': 8090 },
      'console.default_connection.timeout': { 'console.default_connection.timeout': 30 },
      'console.default_connection.auth_token_file': { 'console.default_connection.auth_token_file': '~/.ratchet/token' },
      'console.history.file': { 'console.history.file': '~/.ratchet_history' },
      'console.history.max_entries': { 'console.history.max_entries': 1000 },
      'console.history.save_on_exit': { 'console.history.save_on_exit': true },
      'console.variables.auto_export_env': { 'console.variables.auto_export_env': false },
      'console.variables.case_sensitive': { 'console.variables.case_sensitive': true },
      'console.variables.predefined.PROD_HOST': { 'console.variables.predefined': predefined() },
      'console.variables.predefined.DEV_HOST': { 'console.variables.predefined': predefined() },
      'console.scripts.search_paths': { 'console.scripts.search_paths': ['./scripts', '~/.ratchet/scripts'] },
      'console.scripts.auto_source': { 'console.scripts.auto_source': ['~/.ratchet/startup.rsh'] },
      'console.scripts.allow_system_commands': { 'console.scripts.allow_system_commands': false },
    },
  },
];

function logFile() {
  return { 'logging.targets': [{ type: 'file', path: '/var/log/ratchet/console.log', max_size_bytes: 104_857_600, max_files: 10 }] };
}

function predefined() {
  return { PROD_HOST: 'ratchet-server.example.com', DEV_HOST: 'localhost' };
}
