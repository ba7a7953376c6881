import { analyzeFailure, compiledBuiltIns, factsOfFailure, matchesOf, type FailureStory } from '#analysis/index.ts';
import { settingsFrom } from '#kernel/index.ts';
import { storedRecordings } from '#recordings/index.ts';
import type { BenchOptions } from '../options.ts';
import { median, rounded } from '../percentiles.ts';

/** All of processor time, so that other work on the machine counts little. */
export interface ErrorAnalysisFigures {
  readonly patterns: number;
  /** One pattern compared with one error. */
  readonly checksPerCpuSecond: number;
  /** The same where every message is as long as patterns look at. */
  readonly checksOfLongMessagesPerCpuSecond: number;
  /** One report as JSON, masked and within its budget, without reading the database. */
  readonly reportCpuMs: number;
  readonly markdownCpuMs: number;
  /** Writing and reading a report of that size as JSON: what of it nobody can do without. */
  readonly jsonRoundTripCpuMs: number;
}

/** What comparing errors with patterns costs, and what a report costs. */
export function measureErrorAnalysis(options: BenchOptions): ErrorAnalysisFigures {
  const patterns = compiledBuiltIns();
  const short = messages.map((message) => factsOfFailure(failure(message)));
  const long = messages.map((message) => factsOfFailure(failure(`${message} ${'and so on '.repeat(400)}`)));
  const settings = settingsFrom();
  const wishes = {
    maxTokens: 8_192,
    now: 1_767_225_600_000,
    patterns,
    threshold: 0.5,
    systemState: null,
    includeSuggestions: true,
    includeContext: true,
    includePrompts: true,
    withoutSecrets: (json: string) => storedRecordings.withoutSecrets(json, settings),
  };
  const report = () => analyzeFailure(story, { ...wishes, format: 'json' });
  const text = JSON.stringify(report());
  const compare = (facts: typeof short) => () => facts.forEach((one) => matchesOf(one, patterns));
  const checks = short.length * patterns.length;
  const perSecond = (ms: number) => rounded((checks / ms) * 1_000);
  return {
    patterns: patterns.length,
    checksPerCpuSecond: perSecond(cpuMs(compare(short), options)),
    checksOfLongMessagesPerCpuSecond: perSecond(cpuMs(compare(long), options)),
    reportCpuMs: rounded(cpuMs(report, options)),
    markdownCpuMs: rounded(cpuMs(() => analyzeFailure(story, { ...wishes, format: 'markdown' }), options)),
    jsonRoundTripCpuMs: rounded(cpuMs(() => JSON.parse(text) as unknown, options) + cpuMs(() => JSON.stringify(story), options)),
  };
}

/** Processor time of one call, the median over the rounds. */
function cpuMs(work: () => unknown, { rounds, sliceMs, warmUpMs }: BenchOptions): number {
  for (const end = performance.now() + warmUpMs; performance.now() < end;) work();
  const figures: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let calls = 0;
    const before = process.threadCpuUsage();
    for (const end = performance.now() + sliceMs; performance.now() < end; calls++) work();
    const { user, system } = process.threadCpuUsage(before);
    figures.push((user + system) / 1_000 / calls);
  }
  return median(figures);
}

const messages = [
  "Cannot read properties of undefined (reading 'total')",
  'HTTP 429: Too Many Requests',
  'The name api.example.com could not be resolved (ENOTFOUND).',
  'Unexpected token < in JSON at position 0',
  'duplicate key value violates unique constraint "orders_pkey"',
  'the order 4711 of the customer 12 has no items',
  'Connecting to api.example.com took too long (UND_ERR_CONNECT_TIMEOUT).',
  'total is not a function',
];

function failure(message: string): FailureStory['failure'] {
  return {
    code: 'TASK_FAILED',
    message: `The task threw TypeError: ${message}`,
    hint: 'Look at main.js:3:17.',
    retryable: false,
    data: {
      errorClass: 'TypeError',
      message,
      fields: { orderId: 4_711 },
      frames: [{ function: 'sum', file: 'main.js', line: 60, column: 17 }],
    },
  };
}

const request = (number: number) => ({
  number,
  kind: 'http' as const,
  method: 'GET',
  url: `https://api.example.com/orders/${number}?page=1`,
  startedMs: number * 10,
  durationMs: 8,
  status: 200,
  failure: null,
  requestBytes: 0,
  responseBytes: 2_000,
  attempts: 1,
  site: null,
});
const code = Array.from({ length: 120 }, (_, line) => `  const value${line} = input.orders.map((order) => order.items[${line}]);`).join(
  '\n',
);
const run = {
  taskVersion: '1.1.0',
  taskChecksum: 'ab',
  completedAt: 1_767_225_600_000,
  input: JSON.stringify({
    customer: { name: 'Ada', email: 'ada@example.com', api_key: 'k3y-of-a-customer' },
    orders: [{ id: 1, items: [1, 2, 3] }],
  }),
  effects: [1, 2, 3, 4, 5].map(request),
  files: { 'main.js': code, 'metadata.json': '{}' },
  answers: null,
  conditions: null,
};
/** A failure of some size: 120 lines of code, five requests, twenty log lines, a run that worked before. */
const story: FailureStory = {
  ...run,
  executionId: '42',
  executionUuid: '01890000-0000-7000-8000-000000000042',
  status: 'failed',
  jobId: '40',
  taskName: 'orders',
  attempt: 1,
  startedAt: 1_767_225_599_000,
  durationMs: 1_000,
  failure: failure(messages[0]!),
  logs: Array.from({ length: 20 }, (_, line) => ({
    number: line + 1,
    level: 'info',
    message: `order ${line} has ${line} items`,
    at: 1_767_225_599_000 + line,
  })),
  logsDropped: 0,
  similar: null,
  lastGood: { ...run, executionId: '41', taskVersion: '1.0.0', taskChecksum: 'cd', files: { 'main.js': code.replace('map', 'filter') } },
  job: { status: 'failed', retryCount: 0, maxRetries: 0 },
};
