import { z } from 'zod';
import { setting, settingRule, type Settings } from '#kernel/index.ts';

/** What one execution may use. Every limit is enforced outside the task's own thread. */
export interface Limits {
  /** Wall-clock time from start to answer, waiting included. */
  readonly wallMs: number;
  /** Processor time of the task's thread. */
  readonly cpuMs: number;
  /** JavaScript heap of the isolate. */
  readonly memoryMb: number;
  /** UTF-16 units of the output's JSON text. */
  readonly outputChars: number;
  /** Log lines kept; later ones are counted, not kept. */
  readonly logLines: number;
  /** UTF-16 units of all log messages together. */
  readonly logChars: number;
  /** Requests in all. */
  readonly requests: number;
  /** Requests in flight at once; more wait their turn. */
  readonly requestsAtOnce: number;
}

export const maxExecutionDuration = setting({
  key: 'execution.max_execution_duration',
  unit: 'seconds',
  aliases: ['server.workers.task_timeout', 'server.workers.worker_timeout'],
  reload: 'live',
  type: z.number().positive(),
  default: 300,
  describe: 'Longest wall-clock time of one execution in seconds; a task may ask for less, never for more.',
  env: ['RATCHET_MAX_EXECUTION_SECONDS', 'RATCHET_MAX_EXECUTION_DURATION'],
});

export const timeoutGrace = setting({
  key: 'execution.timeout_grace_period',
  type: z.number().min(0).max(300),
  default: 0.5,
  unit: 'seconds',
  reload: 'live',
  describe: 'Seconds beyond its time limit that a worker has to end an execution itself, before the worker is ended.',
});

export const validateSchemas = setting({
  key: 'execution.validate_schemas',
  type: z.boolean(),
  default: true,
  env: ['RATCHET_VALIDATE_SCHEMAS'],
  reload: 'live',
  describe: 'Whether inputs and outputs of tasks are checked against their schemas; without, tasks must expect anything.',
});

export const maxCpu = setting({
  key: 'execution.max_cpu_ms',
  reload: 'live',
  type: z.number().int().positive(),
  default: 30_000,
  describe: 'Most processor time of one execution in milliseconds; a task may ask for less, never for more.',
});

export const defaultMemory = setting({
  key: 'execution.memory_mb',
  reload: 'live',
  type: z.number().int().min(32).max(4096),
  default: 128,
  describe: 'JavaScript heap of an execution in MB when the task names none.',
});

export const maxMemory = setting({
  key: 'execution.max_memory_mb',
  reload: 'live',
  type: z.number().int().min(32).max(8192),
  default: 512,
  describe: 'Largest JavaScript heap in MB a task may ask for.',
});

export const maxOutput = setting({
  key: 'execution.max_output_chars',
  reload: 'live',
  type: z.number().int().positive(),
  default: 16_000_000,
  describe: 'Longest JSON text a task may return, in characters.',
});

export const maxLogLines = setting({
  key: 'execution.max_log_lines',
  reload: 'live',
  type: z.number().int().nonnegative(),
  default: 10_000,
  describe: 'Log lines kept of one execution; the rest are counted.',
});

export const maxLogChars = setting({
  key: 'execution.max_log_chars',
  reload: 'live',
  type: z.number().int().nonnegative(),
  default: 1_000_000,
  describe: 'Characters of log messages kept of one execution.',
});

export const maxRequests = setting({
  key: 'execution.max_requests',
  reload: 'live',
  type: z.number().int().nonnegative(),
  default: 1_000,
  describe: 'HTTP requests one execution may make.',
});

export const maxRequestsAtOnce = setting({
  key: 'execution.max_requests_at_once',
  reload: 'live',
  type: z.number().int().positive(),
  default: 50,
  describe: 'HTTP requests one execution may have in flight; more wait their turn.',
});

export const maxMcpCalls = setting({
  key: 'execution.max_mcp_calls',
  reload: 'live',
  type: z.number().int().nonnegative(),
  default: 1_000,
  describe: 'Calls of MCP servers one execution may make; like requests, execution.max_requests_at_once of them at a time.',
});

export const maxRecorded = setting({
  key: 'execution.max_recorded_bytes',
  reload: 'live',
  type: z.number().int().nonnegative(),
  default: 67_108_864,
  describe:
    'Request and response bodies in bytes that are kept of one execution for its recording; of requests beyond, all but the bodies.',
});

settingRule({
  settings: [defaultMemory, maxMemory],
  problem: (settings) =>
    settings.get(defaultMemory) > settings.get(maxMemory)
      ? `execution.memory_mb (${settings.get(defaultMemory)}) is more than execution.max_memory_mb (${settings.get(maxMemory)})`
      : null,
});

/** What a task or a caller asks for; the configuration caps it. */
export type LimitWishes = { readonly [Name in keyof Limits]?: Limits[Name] | undefined };

/** The limits of one execution: the first wish that names a value wins, and no wish exceeds the configured most. */
export function limitsFor(settings: Settings, ...wishes: readonly LimitWishes[]): Limits {
  const wish = (key: keyof LimitWishes) => wishes.find((w) => w[key] !== undefined)?.[key];
  const atMost = (key: keyof LimitWishes, most: number) => Math.min(wish(key) ?? most, most);
  return {
    wallMs: atMost('wallMs', settings.get(maxExecutionDuration) * 1000),
    cpuMs: atMost('cpuMs', settings.get(maxCpu)),
    memoryMb: Math.max(32, Math.min(wish('memoryMb') ?? settings.get(defaultMemory), settings.get(maxMemory))),
    outputChars: atMost('outputChars', settings.get(maxOutput)),
    logLines: atMost('logLines', settings.get(maxLogLines)),
    logChars: atMost('logChars', settings.get(maxLogChars)),
    requests: atMost('requests', settings.get(maxRequests)),
    requestsAtOnce: atMost('requestsAtOnce', settings.get(maxRequestsAtOnce)),
  };
}
